import { countryKey } from './country-key.js';
import { meaningsOf } from '../word-lists.js';

/** Keys apart by commas, per code, as a map from key to code. */
function byKey(names: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(names).flatMap(([code, list]) =>
      list.split(',').map((name): [string, string] => [countryKey(name), code]),
    ),
  );
}

function codeSet(codes: string): ReadonlySet<string> {
  return new Set(codes.split(' '));
}

// Victoria, Ontario's neighbours in name and others that are towns elsewhere stand alone for nothing; Georgia is both.
const STATES = byKey({
  US:
    'Alabama,Alaska,Arizona,Arkansas,California,Colorado,Connecticut,Delaware,Florida,Hawaii,Idaho,Illinois,Indiana,Iowa,' +
    'Kansas,Kentucky,Louisiana,Maine,Maryland,Massachusetts,Michigan,Minnesota,Mississippi,Missouri,Montana,Nebraska,' +
    'Nevada,New Hampshire,New Jersey,New Mexico,New York,North Carolina,North Dakota,Ohio,Oklahoma,Oregon,Pennsylvania,' +
    'Rhode Island,South Carolina,South Dakota,Tennessee,Texas,Utah,Vermont,Virginia,Washington State,Washington DC,' +
    'State of Washington,District of Columbia,West Virginia,Wisconsin,Wyoming,New York State,State of New York',
  CA:
    'Alberta,British Columbia,Manitoba,New Brunswick,Newfoundland,Newfoundland and Labrador,Northwest Territories,' +
    'Nova Scotia,Nunavut,Ontario,Prince Edward Island,Quebec,Saskatchewan,Yukon',
  AU: 'New South Wales,Queensland,Tasmania,South Australia,Western Australia,Australian Capital Territory',
});
// In these languages the state and the country share the name.
const GEORGIA = new Set(['Georgia', 'Géorgie', 'ジョージア', '喬治亞', '조지아'].map(countryKey));

/** The country of a state or province by its full name; null for Georgia, which is also a country. */
export function countryOfState(key: string): string | null {
  return STATES.get(key) ?? null;
}

/** Whether a country's name is also a state's, in the given country. */
export function isStateOf(key: string, code: string): boolean {
  return code === 'US' && GEORGIA.has(key);
}

const ABBREVIATIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  US: codeSet(
    'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA ' +
      'PR RI SC SD TN TX UT VT VA WA WV WI WY AA AE AP',
  ),
  CA: codeSet('AB BC MB NB NL NS NT NU ON PE QC SK YT'),
  AU: codeSet('ACT NSW NT QLD SA TAS VIC WA'),
  BR: codeSet('AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO'),
};

/** Whether people of the country abbreviate one of its states so. */
export function isStateCodeOf(code: string, country: string): boolean {
  return ABBREVIATIONS[country]?.has(code) === true;
}

// Provinces of Italy and cantons of Switzerland stand behind a town as often as states do: "Bern, BE", "Milano, MI".
const OTHER_ABBREVIATIONS = codeSet(
  'AG AI AN AO AP AQ AR AT AV BA BE BG BI BL BN BO BR BS BT BZ CA CB CE CH CL CN CO CR CS CT CZ EN FC FE FG FI FM FR GE GL ' +
    'GO GR IM IS JU KR LC LE LI LO LT LU MB MC ME MI MN MO MS MT NA NE NO NU NW OR OW PA PC PD PE PG PI PN PO PR PT PU PV ' +
    'PZ RA RC RE RG RI RM RN RO SA SG SH SI SO SP SR SS SU SV SZ TA TE TG TI TN TO TP TR TS TV UD UR VA VB VC VD VE VI VR ' +
    'VS VT VV ZG ZH',
);

/** Whether two letters behind a town are a country's code and no state's, province's or canton's. */
export function isPlainCode(code: string): boolean {
  return !OTHER_ABBREVIATIONS.has(code) && !Object.values(ABBREVIATIONS).some((states) => states.has(code));
}

/** "CA 95112" and "ON M5V 2T6": a state with its postal code. */
export function countryOfPostalCode(text: string): string | null {
  const us = /^([A-Z]{2}) \d{5}(?:-\d{4})?$/.exec(text)?.[1];
  if (us !== undefined) return isStateCodeOf(us, 'US') ? 'US' : null;
  const canada = /^([A-Z]{2}) [A-Z]\d[A-Z] ?\d[A-Z]\d$/.exec(text)?.[1];
  return canada !== undefined && isStateCodeOf(canada, 'CA') ? 'CA' : null;
}

const TERRITORIES: Readonly<Record<string, string>> = {
  AU: 'CC CX HM NF',
  CN: 'HK MO TW',
  DK: 'FO GL',
  FI: 'AX',
  FR: 'BL GF GP MF MQ NC PF PM RE TF WF YT',
  GB: 'AI BM FK GG GI GS IM IO JE KY MS PN SH TC VG',
  NL: 'AW BQ CW SX',
  NO: 'BV SJ',
  NZ: 'CK NU TK',
  US: 'AS GU MP PR UM VI',
};
const SOVEREIGNS = meaningsOf(TERRITORIES);

/** Whether people write "<territory>, <sovereign>" and mean the territory, which has a code of its own. */
export function isTerritoryOf(code: string, sovereign: string): boolean {
  return SOVEREIGNS.get(code) === sovereign;
}

// Towns and regions that are called like a country in some language, with the countries they lie in.
const NAMESAKES: Readonly<Record<string, string>> = {
  antigua: 'ES GT',
  armenia: 'CO SV',
  colombia: 'BR',
  cuba: 'PT US',
  granada: 'CO ES NI',
  guayana: 'VE',
  guadalupe: 'CR ES MX PA PE',
  jamaica: 'US',
  jordan: 'US',
  laantigua: 'GT',
  lebanon: 'US',
  liberia: 'CR',
  luxembourg: 'BE',
  luxemburg: 'BE',
  macau: 'BR',
  macedonia: 'GR',
  makedonia: 'GR',
  mexico: 'PH US',
  montenegro: 'BR CO',
  norway: 'US',
  palestina: 'BR CO',
  palestine: 'US',
  panama: 'US',
  peru: 'US',
  poland: 'US',
  salvador: 'BR',
  sanmarino: 'US',
  sanmartin: 'AR CO MX PE SV',
  santaelena: 'EC',
  santahelena: 'BR',
  santalucia: 'CU ES HN UY',
  stmartin: 'AT CH',
  stlucia: 'AU',
  trinidad: 'BO CU UY',
};

/** Whether a place of the country bears the name of another country: "Granada, Spain". */
export function isPlaceOf(key: string, country: string): boolean {
  return NAMESAKES[key]?.split(' ').includes(country) === true;
}

// Places that settle a name of several bearers, or lie in a country that others take for a part of the named one.
const WITNESSES: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  CN: byKey({
    HK: 'Kowloon,Hong Kong Island,New Territories,Tsim Sha Tsui,Wan Chai,Wanchai,Causeway Bay,Kwun Tong,Sha Tin',
    MO: 'Taipa,Cotai,Coloane',
    TW: 'Taipei,New Taipei,Taichung,Tainan,Kaohsiung,Hsinchu,Taoyuan,Keelung',
  }),
  DK: byKey({ FO: 'Tórshavn,Thorshavn', GL: 'Nuuk,Ilulissat,Sisimiut' }),
  FR: byKey({
    GF: 'Cayenne,Kourou',
    GP: 'Pointe-à-Pitre,Basse-Terre,Les Abymes,Baie-Mahault',
    MQ: 'Fort-de-France,Le Lamentin',
    NC: 'Nouméa',
    PF: 'Papeete',
    YT: 'Mamoudzou',
  }),
  GB: byKey({ GG: 'St Peter Port,Saint Peter Port', JE: 'St Helier,Saint Helier' }),
  GE: byKey({
    GE: 'Tbilisi,Batumi,Kutaisi,Rustavi,Poti,Gori,Zugdidi,Telavi,Tiflis,Tbilissi',
    US: 'Atlanta,Savannah,Augusta,Macon,Marietta,Alpharetta,Roswell,Norcross,Sandy Springs,Johns Creek,Kennesaw,Duluth',
  }),
  GN: byKey({ GQ: 'Malabo,Bata', GW: 'Bissau' }),
  IE: byKey({
    GB: 'Belfast,Derry,Londonderry,Lisburn,Newry,Bangor,Antrim,Armagh,Co Antrim,Co Armagh,Co Down,Co Tyrone,Omagh',
  }),
  KR: byKey({ KP: 'Pyongyang,P’yŏngyang,Hamhung,Kaesong,Wonsan' }),
  MF: byKey({ SX: 'Philipsburg,Simpson Bay' }),
  SD: byKey({ SS: 'Juba,Malakal' }),
  WS: byKey({ AS: 'Pago Pago,Tutuila,Fagatogo' }),
  'CD CG': byKey({
    CD: 'Kinshasa,Lubumbashi,Goma,Kisangani,Bukavu,Mbuji-Mayi,Kananga,Matadi,Kolwezi,Katanga,Kivu',
    CG: 'Brazzaville,Pointe-Noire,Dolisie,Oyo',
  }),
  'GF GY': byKey({ GF: 'Cayenne,Kourou', GY: 'Georgetown' }),
  'GG JE': byKey({ GG: 'St Peter Port,Saint Peter Port', JE: 'St Helier,Saint Helier' }),
  'KP KR': byKey({ KP: 'Pyongyang,평양', KR: 'Seoul,서울' }),
  'VG VI': byKey({
    VG: 'Tortola,Road Town,Virgin Gorda,Anegada,Jost Van Dyke',
    VI: 'St Thomas,Saint Thomas,St Croix,Saint Croix,St John,Saint John,Charlotte Amalie,Christiansted,Frederiksted',
  }),
};

/** Names that stand for one country only beside a place of it: in front of Georgia may stand a town of either. */
export function needsWitness(key: string): boolean {
  return GEORGIA.has(key);
}

/** The country that a place beside a name speaks for; null when the place says nothing. `codes` are the name's bearers. */
export function countryOfWitness(codes: readonly string[], place: string): string | null {
  return WITNESSES[codes.join(' ')]?.get(place) ?? null;
}

const REGIONS = new Set(
  (
    'europe,european union,eu,asia,africa,oceania,americas,north america,south america,latin america,central america,emea,' +
    'apac,latam,mea,middle east,dach,benelux,nordics,scandinavia,western europe,eastern europe,caribbean,west indies,' +
    'west africa,east africa,southern africa,southeast asia,gcc,cis,anz,asia pacific,country,europa,earth,' +
    'world,un,land,country name,head office,hq,headquarters,billing,shipping,nationality,residence'
  )
    .split(',')
    .map(countryKey),
);

/** Whether a part says nothing that could contradict a country: a continent, a sales region, a label. */
export function isNeutral(key: string): boolean {
  return REGIONS.has(key);
}

// "Canada (French)" is a country and its language, "Saint Martin (French)" is not: names that continue are looked up first.
const LANGUAGES = new Set(
  (
    'english french german italian spanish portuguese dutch flemish catalan arabic chinese simplified traditional japanese ' +
    'korean russian swedish finnish hebrew en fr de it es pt nl deutsch francais italiano espanol nederlands'
  ).split(' '),
);

/** Whether a part behind a country is the language it is spoken to in. */
export function isLanguage(key: string): boolean {
  return LANGUAGES.has(key);
}

// Countries with a name that no town elsewhere bears: "Germany, Munich" is German, "Armenia, Quindío" is in Colombia.
const UNMISTAKABLE = codeSet(
  'AE AR AT AU BD BE BG BR CA CH CN CZ DE DK EE EG ES FI FR GB GR HR HU ID IE IL IN IS IT JP KE KR KW LK LT LV MA MY NG NL NO ' +
    'NP NZ PH PK PL PT QA RO RS RU SA SE SG SI SK TH TR UA US VN ZA',
);
const TOWNS = codeSet(
  'holland wales england scotland britain korea corea coree coreia ulster denmark poland norway sweden',
);

/** Whether the name of a country in front of an unknown place still means the country. */
export function isUnmistakable(code: string, key: string): boolean {
  return UNMISTAKABLE.has(code) && !TOWNS.has(key);
}
