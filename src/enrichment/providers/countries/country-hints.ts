// Countries that something else than a country's name points to. They are hints: people work abroad, and domains are sold.

/** Top-level domains of countries that are sold as words to anybody. */
const SOLD_DOMAINS = new Set(
  (
    'ac ad ag ai am as bz cc cd cf cm co cx dj fm ga gd gg gl gp gq gs gy hm hn ht im io je ki la lc li ly ' +
    'me ml mn ms mu nf nu pm pn pr pw re sb sc sh sl so sr st sx sy tc tf tk tl tm to tt tv vc vg vu wf ws yt'
  ).split(' '),
);

/** Languages that are official in one country and little spoken in business elsewhere, by ISO 639-1. */
const LANGUAGES: Readonly<Record<string, string>> = {
  be: 'BY',
  bg: 'BG',
  bn: 'BD',
  bs: 'BA',
  cs: 'CZ',
  da: 'DK',
  dv: 'MV',
  dz: 'BT',
  et: 'EE',
  fi: 'FI',
  fil: 'PH',
  he: 'IL',
  hr: 'HR',
  hu: 'HU',
  hy: 'AM',
  id: 'ID',
  is: 'IS',
  ja: 'JP',
  ka: 'GE',
  kk: 'KZ',
  km: 'KH',
  ky: 'KG',
  lo: 'LA',
  lt: 'LT',
  lv: 'LV',
  mk: 'MK',
  mn: 'MN',
  mt: 'MT',
  my: 'MM',
  nb: 'NO',
  nn: 'NO',
  no: 'NO',
  pl: 'PL',
  si: 'LK',
  sk: 'SK',
  sl: 'SI',
  th: 'TH',
  tk: 'TM',
  uk: 'UA',
  uz: 'UZ',
  vi: 'VN',
};

/**
 * The country of the top-level domain of an e-mail address, a web address or a domain.
 *
 * @returns ISO alpha-2; null for generic domains, and for those of countries that are sold everywhere (.io, .co, .tv).
 */
export function countryOfDomain(text: string): string | null {
  const label = /(?:^|[.@])[\p{L}\d-]+\.([a-z]{2})\.?(?::\d+)?(?:[/?#].*)?$/iu.exec(text.trim())?.[1]?.toLowerCase();
  if (label === undefined || label === 'eu' || label === 'su' || SOLD_DOMAINS.has(label)) return null;
  return label === 'uk' ? 'GB' : label.toUpperCase();
}

/**
 * The country of a locale (`de-AT`), or of a language spoken in one country alone (`ja`).
 *
 * @returns ISO alpha-2; null when the language leaves it open.
 */
export function countryOfLanguage(text: string): string | null {
  const match = /^([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}))?(?:[.@].*)?$/iu.exec(text.trim());
  if (match === null) return null;
  const [, language = '', region] = match;
  return region?.toUpperCase() ?? LANGUAGES[language.toLowerCase()] ?? null;
}
