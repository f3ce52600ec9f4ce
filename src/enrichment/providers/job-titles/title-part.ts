import type { JobFunction, Seniority } from './job-title-words.js';
import type { Entry } from './title-lexicon.js';

/** A field of work that a title names, and how surely it is meant. */
export interface FieldOfWork {
  readonly jobFunction: JobFunction;
  readonly strength: number;
  /** The noun phrase it stands in; a phrase ends at "and", "of" and the like. */
  readonly phrase: number;
  /** The last word of an English or German noun phrase says what is meant, the first one of a French. */
  readonly isLastBest: boolean;
  readonly isOfHead: boolean;
}

/** The facts in one part of a title: "Head of Data" and "Co-Founder" are two parts of one title. */
export interface PartReading {
  readonly level: Seniority | null;
  readonly isLearner: boolean;
  /** Owns a share of a firm; the title may name the firm's work. */
  readonly isPartner: boolean;
  readonly hasHead: boolean;
  readonly isAssistant: boolean;
  readonly fields: readonly FieldOfWork[];
}

const RANKS: readonly (Seniority | null)[] = [
  null,
  'intern',
  'entry',
  'senior',
  'manager',
  'director',
  'vicePresident',
  'cLevel',
  'owner',
];
/** The work of firms of partners. */
const FIRMS: readonly JobFunction[] = ['finance', 'legal', 'executive'];
const AFTER_ASSISTANT: Partial<Record<Seniority, Seniority>> = {
  vicePresident: 'manager',
  director: 'manager',
  manager: 'senior',
};

/** Compares levels: positive when `a` is further up than `b`; null, which says nothing, is below all. */
export function compareLevels(a: Seniority | null, b: Seniority | null): number {
  return RANKS.indexOf(a) - RANKS.indexOf(b);
}

/** Reads the entries of one part, in their order. */
export class PartReader {
  private readonly fields: FieldOfWork[] = [];
  private level: Seniority | null = null;
  private board = false;
  private heads = 0;
  private phrase = 0;
  private isComplement = false;
  private isLastBest = true;
  private assists = false;
  private learner = false;
  private student = false;
  private shares = false;
  private isCompany = false;
  private topPhrase = 0;
  private maybe: Seniority | null = null;
  private executive = false;
  private seniorWord = false;
  private juniorWord = false;
  private deputyWord = false;
  /** The word right before a head that changes it. */
  private before: 'assistant' | 'chiefOf' | 'headOf' | 'lead' | null = null;

  constructor(private readonly entries: readonly Entry[]) {}

  /** @returns null when the part speaks of former days. */
  read(): PartReading | null {
    for (const [at, entry] of this.entries.entries()) {
      if (entry.role === 'former') return at === 0 ? null : this.finish();
      if (entry.role === 'at') break;
      this.take(entry, at);
    }
    return this.finish();
  }

  private take(entry: Entry, at: number): void {
    switch (entry.role) {
      case 'and':
        if (!this.assists) this.isComplement = false;
        return this.nextPhrase();
      case 'of':
      case 'ofLast':
        if (this.heads > 0 || this.before !== null || this.student) this.isComplement = true;
        if (this.before !== null) this.headOutOf(this.before);
        this.nextPhrase();
        this.isLastBest = entry.role === 'ofLast';
        return;
      case 'assist':
        return this.assist(entry, at);
      case 'assistant':
        if (this.hasHeadAhead(at)) this.before = 'assistant';
        else this.assist(entry, at);
        return;
      case 'experienced':
        this.seniorWord ||= !(this.assists && this.isComplement);
        return;
      case 'junior':
        this.juniorWord = true;
        return;
      case 'deputy':
        this.deputyWord ||= !this.isComplement;
        return;
      case 'student':
        // "Student advisor" and "Head of Student Affairs" teach, or help those who do.
        if (this.isComplement || this.hasHeadAhead(at)) this.field(entry, false);
        else this.student = true;
        return;
      case 'executive':
        this.executive ||= !this.isComplement;
        return;
      case 'chiefOf':
      case 'headOf':
      case 'lead':
        return this.leader(entry.role, at);
      case 'principal':
        return this.leader(this.hasHeadAhead(at) ? 'lead' : 'headOf', at);
      case 'maybe':
        this.maybe ??= this.isComplement ? null : entry.level;
        return this.field(entry, false);
      case 'partner':
        return this.partner(at);
      case 'head':
        return this.head(entry);
      case 'word':
        return this.field(entry, false);
      case 'company':
        this.isCompany = true;
        return;
      case 'skip':
      case 'gone':
      case 'former':
      case 'at':
        return;
    }
  }

  private nextPhrase(): void {
    this.phrase++;
    this.before = null;
  }

  private head(entry: Entry): void {
    if (this.isComplement) {
      // "Chauffeur to the chairman" manages no company.
      if (entry.jobFunction !== 'executive') this.field(entry, true);
      return;
    }
    this.raise(this.changed(entry), entry.board);
    if (entry.level === 'intern') this.learner = true;
    this.field(entry, true);
    this.before = null;
    this.isLastBest = false;
  }

  /** The level of a head after the word before it: an assistant director is a manager, a head nurse too. */
  private changed({ level }: Entry): Seniority | null {
    switch (this.before) {
      case 'assistant':
        return level === null ? null : (AFTER_ASSISTANT[level] ?? level);
      case 'chiefOf':
      case 'headOf':
        return compareLevels(level, 'manager') < 0 ? 'manager' : level;
      case 'lead':
        return level === 'entry' ? 'senior' : level;
      case null:
        return level;
    }
  }

  private raise(level: Seniority | null, board: boolean): void {
    this.heads++;
    if (compareLevels(level, this.level) > 0) {
      this.level = level;
      this.board = board;
      this.topPhrase = this.phrase;
    }
  }

  /** A head of its own, "Head of Sales", or what makes the next head one, "Head Nurse". */
  private leader(role: 'chiefOf' | 'headOf' | 'lead', at: number): void {
    if (this.isComplement) return;
    if (this.hasHeadAhead(at)) this.before = role;
    else {
      this.raise(role === 'headOf' ? 'director' : 'manager', false);
      this.isLastBest = false;
    }
  }

  private headOutOf(before: 'assistant' | 'chiefOf' | 'headOf' | 'lead'): void {
    if (before !== 'assistant') this.raise(before === 'headOf' ? 'director' : 'manager', false);
  }

  /** A partner owns a share of a firm, but a partner manager looks after other firms. */
  private partner(at: number): void {
    if (this.isComplement || this.hasHeadAhead(at)) return;
    // Firms share by trade, "Tax Partner"; in a company a "Talent Partner" looks after colleagues.
    if (this.fields.some(({ jobFunction }) => !FIRMS.includes(jobFunction))) return this.raise('senior', false);
    this.shares = true;
    this.raise('owner', false);
    this.fields.push({
      jobFunction: 'executive',
      strength: 1,
      phrase: this.phrase,
      isLastBest: this.isLastBest,
      isOfHead: true,
    });
  }

  private assist(entry: Entry, at: number): void {
    if (this.isComplement) return;
    // "Assistant of the board" comes first, "team assistant" last; "assistant director" is no assistant.
    if (this.heads === 0 || !this.hasHeadAhead(at)) {
      this.assists = true;
      this.heads++;
      this.isLastBest = false;
    }
    this.field(entry, true);
  }

  private field(entry: Entry, isOfHead: boolean): void {
    if (entry.jobFunction === null) return;
    this.fields.push({
      jobFunction: entry.jobFunction,
      strength: this.isComplement && isOfHead ? Math.min(entry.strength, 2) : entry.strength,
      phrase: this.phrase,
      isLastBest: this.isLastBest,
      isOfHead,
    });
  }

  /** Whether a head follows in the same noun phrase. */
  private hasHeadAhead(at: number): boolean {
    for (const { role } of this.entries.slice(at + 1)) {
      if (role === 'of' || role === 'ofLast' || role === 'and' || role === 'at') return false;
      if (role === 'head' || role === 'partner') return true;
    }
    return false;
  }

  private finish(): PartReading {
    return {
      level: this.finalLevel(),
      isLearner: this.learner,
      isPartner: this.shares,
      hasHead: this.heads > 0,
      isAssistant: this.assists,
      fields: this.fieldsThatCount(),
    };
  }

  private fieldsThatCount(): readonly FieldOfWork[] {
    if (this.assists) return this.fields.filter((field) => field.jobFunction !== 'executive');
    const manages = this.fields.some((field) => field.jobFunction === 'executive');
    if (!manages) return this.fields;
    // Beside the management of a company, its name is no field ("Geschäftsführer der Kick-Media AG"), nor is a lower
    // office ("Geschäftsführer und Berater"). An owner's other office is all that is known of the work.
    return this.fields.filter((field) =>
      field.isOfHead ? this.level === 'owner' || field.phrase === this.topPhrase : !this.isCompany,
    );
  }

  private finalLevel(): Seniority | null {
    if (this.learner) return 'intern';
    if (this.assists) return this.seniorWord ? 'senior' : 'entry';
    let level = this.level;
    if (this.heads === 0 && (this.maybe === 'entry' || this.fields.length > 0)) level = this.maybe;
    if (level === null && this.executive && this.fields.length > 0) level = 'entry';
    if (level === null && this.seniorWord && (this.executive || this.fields.length > 0)) level = 'senior';
    if (level === null && this.student) return 'intern';
    if (level === 'cLevel' && this.deputyWord && !this.board) level = 'vicePresident';
    if (level === 'entry' && this.seniorWord) level = 'senior';
    if (this.juniorWord && (level === null || compareLevels(level, 'manager') <= 0)) level = 'entry';
    return level;
  }
}
