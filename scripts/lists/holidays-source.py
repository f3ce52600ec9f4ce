# Prints the public holidays of the package `holidays` (PyPI) as one JSON object; scripts/lists/holidays.mjs runs it.
# Usage: python3 holidays-source.py <first year> <last year>
import json
import sys
import warnings

import holidays
from holidays import constants

warnings.simplefilter("ignore")
YEARS = range(int(sys.argv[1]), int(sys.argv[2]) + 1)
PUBLIC = constants.PUBLIC
# Work stops for a part of the day, or for a part of the people: banks, offices, members of a faith.
NO_REST = {PUBLIC, constants.OPTIONAL, constants.SCHOOL, constants.UNOFFICIAL, constants.WORKDAY}
ESTIMATED = ("estimated", "predicted")


def english(country):
    languages = country.supported_languages
    return next((language for language in ("en_US", "en_GB", "en") if language in languages), None) or next(
        (language for language in languages if language.startswith("en")), None
    )


def days(country, region, categories, names):
    listed = country(years=YEARS, subdiv=region, categories=categories, language=english(country))
    for date, name in listed.items():
        if date.year in YEARS:
            is_estimated = any(word in name for word in ESTIMATED)
            plain = "; ".join(
                dict.fromkeys(
                    part.replace("(estimated)", "").replace("(observed, estimated)", "(observed)").strip()
                    for part in name.split("; ")
                )
            )
            names.setdefault((date.isoformat(), is_estimated), {})[region or "*"] = plain


def read(country):
    public, partial = {}, {}
    regions = country.subdivisions
    for region in regions or (None,):
        days(country, region, PUBLIC, public)
        others = tuple(category for category in country.supported_categories if category not in NO_REST)
        if others:
            days(country, region, others, partial)
    rows = [
        {"date": date, "estimated": estimated, "partial": kind == "partial", "regions": names}
        for kind, found in (("public", public), ("partial", partial))
        for (date, estimated), names in sorted(found.items())
    ]
    return {
        "regions": list(regions),
        "names": dict(country.subdivisions_aliases),
        "weekend": sorted(getattr(country, "weekend", {5, 6})),
        "language": english(country),
        "days": rows,
    }


found = {}
for code in sorted(holidays.list_supported_countries(include_aliases=False)):
    found[code] = read(getattr(holidays, code))
json.dump({"version": holidays.__version__, "countries": found}, sys.stdout, ensure_ascii=False)
