import { Injectable } from '@nestjs/common';

/**
 * Knows the paths that are served in any case of letters, because clients spell them as they like. Every other path keeps
 * its case: two resources may differ in nothing else. Stages register theirs in `onModuleInit`.
 */
@Injectable()
export class AnyCasePaths {
  private readonly spellings = new Map<string, string>();
  private pattern: RegExp | null = null;

  /** @param path as its route spells it, with a slash in front and none at its end, e.g. `/Service.asmx`. */
  register(path: string): void {
    this.spellings.set(path.toLowerCase(), path);
    const known = [...this.spellings.keys()].map((one) => one.slice(1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    // A doubled slash in front comes of a base address that ends in one. Anchored, so that others cost next to nothing.
    this.pattern = new RegExp(`^/+(${known.join('|')})/*(?=[?#]|$)`, 'i');
  }

  /** The request target as the routes spell it; unchanged when it names none of these paths. */
  toRegistered(target: string): string {
    const match = this.pattern?.exec(target) ?? null;
    if (match === null) return target;
    const [found, path = ''] = match;
    const spelling = this.spellings.get(`/${path.toLowerCase()}`);
    return spelling === undefined ? target : spelling + target.slice(found.length);
  }
}
