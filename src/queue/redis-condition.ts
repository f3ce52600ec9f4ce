import type { Logger } from '@nestjs/common';
import { readTrouble, type RedisTrouble } from './redis-refusal.js';

/** How long a trouble without an end of its own is believed after it was last seen; refused listeners try sooner. */
const LASTS_MS = 5_000;
/** A timer may be a little early. */
const REVIEW_MS = 50;
/** A consequence is logged after this long if nothing has said the cause. */
const CAUSE_WITHIN_MS = 4_000;

interface Source {
  /** Null: works. Undefined: not known yet. */
  trouble: RedisTrouble | null | undefined;
  /** When the trouble ends by itself. */
  untilMs: number;
}

/**
 * Whether Redis does what the queue needs, gathered from everything that talks to it. An outage is one event: it is
 * logged when it begins, again only for another reason, and when it is over.
 */
export class RedisCondition {
  private readonly sources = new Map<string, Source>();
  private readonly said = new Set<string>();
  private outageSinceMs: number | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly log: Pick<Logger, 'warn' | 'log'>) {}

  /** The source must work before the condition is good. */
  expect(source: string): void {
    // A trouble that is known stays: it has a reason to be told.
    if (!this.sources.get(source)?.trouble) this.sources.set(source, { trouble: undefined, untilMs: Infinity });
  }

  worked(source: string): void {
    this.sources.set(source, { trouble: null, untilMs: Infinity });
    this.review();
  }

  /** @param options.passes true when nothing tells that the source works again: five quiet seconds do. */
  failed(source: string, error: unknown, options: { readonly passes?: boolean } = {}): void {
    const trouble = readTrouble(error);
    const nowMs = performance.now();
    this.outageSinceMs ??= nowMs;
    this.sources.set(source, { trouble, untilMs: options.passes === true ? nowMs + LASTS_MS : Infinity });
    if (options.passes === true) this.reviewLater();
    if (!trouble.isConsequence || nowMs - this.outageSinceMs > CAUSE_WITHIN_MS) this.say(trouble);
  }

  isGood(): boolean {
    return [...this.sources.values()].every(works);
  }

  /** Whether this one source is known to work, or nothing was heard of it. */
  isWorking(source: string): boolean {
    const found = this.sources.get(source);
    return found === undefined || works(found);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private reviewLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.review(), LASTS_MS + REVIEW_MS).unref();
  }

  private review(): void {
    if (this.outageSinceMs === null || !this.isGood()) return;
    const seconds = Math.round((performance.now() - this.outageSinceMs) / 1_000);
    if (this.said.size > 0) this.log.log(`Redis carries rings again after ${seconds} s`);
    this.outageSinceMs = null;
    this.said.clear();
  }

  private say({ code, words, advice, isConsequence }: RedisTrouble): void {
    // The cause was said: its consequences add nothing.
    if (this.said.has(code) || (isConsequence && this.said.size > 0)) return;
    this.said.add(code);
    const begins = code === 'AWAY' ? 'Redis is away' : 'Redis refuses the queue';
    const line = [`${begins}: ${words}.`, advice, 'Polls make up for it, and it is tried again by itself.'];
    this.log.warn(line.filter((part) => part !== '').join(' '));
  }
}

function works({ trouble, untilMs }: Source): boolean {
  return trouble === null || performance.now() >= untilMs;
}
