/** Where a country lies, by the United Nations' M49 geoscheme. */
export interface CountryRegion {
  readonly region: string;
  readonly subregion: string;
}

// M49 knows no Taiwan and no Kosovo; they stand with their neighbours, as in the common data sets.
const COUNTRIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Africa: {
    'Northern Africa': 'DZ EG EH LY MA SD TN',
    'Eastern Africa': 'BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW',
    'Middle Africa': 'AO CD CF CG CM GA GQ ST TD',
    'Southern Africa': 'BW LS NA SZ ZA',
    'Western Africa': 'BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG',
  },
  Americas: {
    Caribbean: 'AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI',
    'Central America': 'BZ CR GT HN MX NI PA SV',
    'South America': 'AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE',
    'Northern America': 'BM CA GL PM US',
  },
  Antarctica: { Antarctica: 'AQ' },
  Asia: {
    'Central Asia': 'KG KZ TJ TM UZ',
    'Eastern Asia': 'CN HK JP KP KR MN MO TW',
    'South-eastern Asia': 'BN ID KH LA MM MY PH SG TH TL VN',
    'Southern Asia': 'AF BD BT IN IR LK MV NP PK',
    'Western Asia': 'AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE',
  },
  Europe: {
    'Eastern Europe': 'BG BY CZ HU MD PL RO RU SK UA',
    'Northern Europe': 'AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ',
    'Southern Europe': 'AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK',
    'Western Europe': 'AT BE CH DE FR LI LU MC NL',
  },
  Oceania: {
    'Australia and New Zealand': 'AU CC CX HM NF NZ',
    Melanesia: 'FJ NC PG SB VU',
    Micronesia: 'FM GU KI MH MP NR PW UM',
    Polynesia: 'AS CK NU PF PN TK TO TV WF WS',
  },
};

const EUROPEAN_UNION = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK';

const REGIONS = new Map<string, CountryRegion>(
  Object.entries(COUNTRIES).flatMap(([region, subregions]) =>
    Object.entries(subregions).flatMap(([subregion, codes]) =>
      codes.split(' ').map((code): [string, CountryRegion] => [code, { region, subregion }]),
    ),
  ),
);

const MEMBERS = new Set(EUROPEAN_UNION.split(' '));

/** Region and sub-region of an ISO 3166-1 alpha-2 code, null for an unknown one. */
export function regionOf(alpha2: string): CountryRegion | null {
  return REGIONS.get(alpha2) ?? null;
}

/** Whether an ISO 3166-1 alpha-2 code is a member state of the European Union. */
export function isInEuropeanUnion(alpha2: string): boolean {
  return MEMBERS.has(alpha2);
}
