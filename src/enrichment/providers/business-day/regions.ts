import { countryKey } from '../countries/country-key.js';
import { wordsOfCell } from './list-rows.js';

/** The region in a list for "every other one": it has no holidays of its own. */
export const OTHER_REGION = '+';
/** The region in a list for a country that has no region named. */
const WHOLE_COUNTRY = '*';

interface CountryRegions {
  /** Codes by code and by name, as {@link countryKey} spells both. */
  readonly codes: Map<string, string>;
  readonly zones: Map<string, readonly string[]>;
  /** Alpha-2 of regions that are countries of the list themselves. */
  readonly moved: Map<string, string>;
}

/** Regions of countries by code and name, and the time zones of each. */
export class Regions {
  private readonly byCountry = new Map<string, CountryRegions>();

  /**
   * @param byHand rows of regions.tsv
   * @param generated rows of holiday-regions.tsv
   */
  constructor(byHand: readonly string[][], generated: readonly string[][]) {
    const all = [...byHand, ...generated];
    for (const [country = '', code = '', , zones] of all) this.addCode(country, code, zones);
    for (const [country = '', code = '', names = ''] of all) this.addNames(country, code, names);
  }

  /** The code of a region by its code ("BY", "DE-BY") or name ("Bayern", "Bavaria"); null for a text that is neither. */
  find(country: string, text: string): string | null {
    const codes = this.byCountry.get(country)?.codes;
    if (codes === undefined || text.length > 100) return null;
    const withoutCountry = text.toUpperCase().startsWith(`${country}-`) ? text.slice(country.length + 1) : text;
    return codes.get(countryKey(withoutCountry)) ?? null;
  }

  /** The country that a region is in lists of countries: Puerto Rico's of the United States. */
  countryItself(country: string, region: string): string | null {
    return this.byCountry.get(country)?.moved.get(region) ?? null;
  }

  /** The zones of a region; with null, those of a country without a region. Empty when no list says. */
  zonesOf(country: string, region: string | null): readonly string[] {
    return this.byCountry.get(country)?.zones.get(region ?? WHOLE_COUNTRY) ?? [];
  }

  private addCode(country: string, code: string, zones: string | undefined): void {
    const regions = this.byCountry.get(country) ?? { codes: new Map(), zones: new Map(), moved: new Map() };
    this.byCountry.set(country, regions);
    if (zones?.startsWith('=') === true) regions.moved.set(code, zones.slice(1));
    else if (zones !== undefined && zones !== '') regions.zones.set(code, wordsOfCell(zones));
    if (code !== WHOLE_COUNTRY && code !== OTHER_REGION) regions.codes.set(countryKey(code), code);
  }

  private addNames(country: string, code: string, names: string): void {
    const codes = this.byCountry.get(country)?.codes;
    for (const name of names.split(' | ')) {
      const key = countryKey(name);
      if (key !== '' && codes?.has(key) === false) codes.set(key, code);
    }
  }
}
