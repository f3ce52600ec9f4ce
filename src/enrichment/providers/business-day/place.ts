import { PostalCodes } from './postal-codes.js';
import { readListRows, rowsByFirst, wordsOfCell } from './list-rows.js';
import { OTHER_REGION, Regions } from './regions.js';
import { differentClocks, readTimeZone, showOneTime } from './zone-clock.js';

/** A record's words for where its subject is. Texts are as they came. */
export interface StatedPlace {
  readonly country: string;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly timeZone: string | null;
}

/** Where a subject is: a country, and what is known beyond it. */
export interface Place {
  readonly country: string;
  /** Null when any region is possible; {@link OTHER_REGION} for one without holidays of its own. */
  readonly region: string | null;
  /** Every zone that is possible, one of each clock. Empty when the list has none. */
  readonly zones: readonly string[];
}

/** A region in the list of postal codes whose codes may be anywhere: those of the armed forces. */
const ANYWHERE = '?';

interface Area {
  readonly region: string | null;
  readonly zones: readonly string[];
}

/** Reads places: which region and which time zones a record leaves possible. */
export class Places {
  constructor(
    private readonly zones: ReadonlyMap<string, readonly string[]>,
    private readonly regions: Regions,
    private readonly postalCodes: PostalCodes,
  ) {}

  /** @param at the time for which zones are compared: those with one clock count as one. */
  find(stated: StatedPlace, at: number): Place {
    const postal = stated.postalCode === null ? null : this.postalCodes.find(stated.country, stated.postalCode);
    const named = stated.region === null ? null : this.regions.find(stated.country, stated.region);
    const moved = this.countryItself(stated.country, postal?.region ?? null, named);
    if (moved !== null) {
      return moved === ANYWHERE
        ? { country: stated.country, region: null, zones: this.zonesOfCountry(stated.country) }
        : this.find({ country: moved, region: null, postalCode: null, timeZone: stated.timeZone }, at);
    }
    const { region, zones } = this.agree(stated.country, named, postal);
    const possible = zones.length > 0 ? zones : this.zonesOfCountry(stated.country);
    const told = stated.timeZone === null ? null : readTimeZone(stated.timeZone);
    return { country: stated.country, region, zones: differentClocks(withTold(possible, told, at), at) };
  }

  /** The country a region is by itself, {@link ANYWHERE}, or null. A region that disagrees with the code may be anywhere. */
  private countryItself(country: string, postal: string | null, named: string | null): string | null {
    const byName = named === null ? null : this.regions.countryItself(country, named);
    if (postal === ANYWHERE) return ANYWHERE;
    const byCode = postal?.startsWith('=') === true ? postal.slice(1) : null;
    if (byName === null && byCode === null) return null;
    const isContradicted = byCode === null ? postal !== null : named !== null && byName !== byCode;
    return isContradicted ? ANYWHERE : (byCode ?? byName);
  }

  private agree(country: string, named: string | null, postal: Area | null): Area {
    const byName = this.regions.zonesOf(country, named);
    if (postal === null) return { region: named, zones: byName };
    const byCode = postal.zones.length > 0 ? postal.zones : this.regions.zonesOf(country, postal.region);
    if (named === null) return { region: postal.region, zones: byCode };
    const isOne = postal.region === null || postal.region === named || postal.region === OTHER_REGION;
    if (!isOne) return { region: null, zones: [...byName, ...byCode] };
    return { region: named, zones: byCode.length > 0 ? byCode : byName };
  }

  private zonesOfCountry(country: string): readonly string[] {
    const usual = this.regions.zonesOf(country, null);
    return usual.length > 0 ? usual : (this.zones.get(country) ?? []);
  }
}

/** A zone that is told decides among those that are possible; one that contradicts them only adds a doubt. */
function withTold(possible: readonly string[], told: string | null, at: number): readonly string[] {
  if (told === null) return possible;
  const same = possible.find((zone) => zone === told) ?? possible.find((zone) => showOneTime(zone, told, at));
  return same === undefined ? [...possible, told] : [same];
}

/** Reads the lists of places. */
export async function readPlaces(): Promise<Places> {
  const [zones, byHand, generated, postal] = await Promise.all([
    readListRows('country-time-zones.tsv'),
    readListRows('regions.tsv'),
    readListRows('holiday-regions.tsv'),
    readListRows('postal-regions.tsv'),
  ]);
  const byCountry = new Map(
    [...rowsByFirst(zones)].map(([country, rows]) => [country, wordsOfCell(rows[0]?.[1])] as const),
  );
  return new Places(byCountry, new Regions(byHand, generated), new PostalCodes(postal));
}
