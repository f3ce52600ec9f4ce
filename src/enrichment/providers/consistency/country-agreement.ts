import type { PhoneLibrary } from '../phones/phone-library.js';
import { meaningsOf } from '../word-lists.js';

/** Territories with calling codes of their own, by the country that their people may well name. */
const TERRITORIES: Readonly<Record<string, string>> = {
  AU: 'CC CX NF',
  DK: 'FO GL',
  FI: 'AX',
  FR: 'BL GF GP MF MQ NC PF PM RE WF YT',
  GB: 'AC AI BM FK GG GI IM IO JE KY MS SH TA TC VG',
  NL: 'AW BQ CW SX',
  NO: 'SJ',
  NZ: 'CK NU TK',
  US: 'AS GU MP PR VI',
};

/** Countries where numbers of the other are in daily use. */
const NEIGHBOURS = new Set(['IL PS', 'RS XK', 'CY TR', 'IT SM', 'IT VA']);

const COUNTRY_OF = meaningsOf(TERRITORIES);

/**
 * Whether two pieces of evidence can be about the same place: the same country, one calling code (+1, +7, +44, +262, …),
 * a territory and its country. Antarctica and others without numbers of their own agree with any country.
 *
 * @param one ISO 3166-1 alpha-2, like `two`.
 */
export function areOnePlace(one: string, two: string, library: PhoneLibrary): boolean {
  if (one === two || COUNTRY_OF.get(one) === two || COUNTRY_OF.get(two) === one) return true;
  if (NEIGHBOURS.has(one < two ? `${one} ${two}` : `${two} ${one}`)) return true;
  const [code, other] = [callingCodeOf(one, library), callingCodeOf(two, library)];
  return code === null || other === null || code === other;
}

/** By country: some 250 at most. The library builds three objects to look one up. */
const callingCodes = new Map<string, string>();

/** Null for a country without numbers of its own. */
function callingCodeOf(country: string, library: PhoneLibrary): string | null {
  const known = callingCodes.get(country);
  if (known !== undefined) return known;
  if (!library.isSupportedCountry(country)) return null;
  const code = library.getCountryCallingCode(country);
  callingCodes.set(country, code);
  return code;
}
