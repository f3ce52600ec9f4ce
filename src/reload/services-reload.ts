import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Catalog } from '../catalog/catalog.js';
import { CatalogError, type CatalogProblem, problemLine } from '../catalog/catalog.errors.js';
import { shownPath } from '../catalog/catalog-loader.js';
import { CatalogVersion } from '../catalog/catalog-version.js';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { startAtZero } from '../counters/zero-series.js';
import { changes } from '../live/changes.js';
import { Drain } from '../queue/drain.js';
import { DefinitionChecks } from './definition-checks.js';
import { readFolder } from './folder-reader.js';
import { READING_OUTCOMES, servicesInfo, servicesReadingsTotal, servicesRefused } from './reload.metrics.js';
import { describeChange } from './version-change.js';

/** Why the folder is read: after a signal, after a change, or because the last reading was refused a while ago. */
export type ReadingReason = 'SIGHUP' | 'change' | 'retry';

/** A folder that was not taken over. */
export interface RefusedReading {
  /** When the folder was first found wrong, and has been since. */
  readonly since: Date;
  readonly problems: readonly CatalogProblem[];
}

/**
 * Reads the services again while the process serves. A reading is taken over whole, in one turn of the event loop, or not
 * at all: then the version before stays in force.
 */
@Injectable()
export class ServicesReload implements OnModuleInit {
  private readonly log = new Logger('Services');
  private wanted: ReadingReason | null = null;
  private underWay: Promise<void> | null = null;
  private refusedReading: RefusedReading | null = null;
  private listener: () => void = () => undefined;

  constructor(
    private readonly config: AppConfig,
    private readonly catalog: Catalog,
    private readonly checks: DefinitionChecks,
    private readonly drain: Drain,
  ) {}

  onModuleInit(): void {
    startAtZero(servicesReadingsTotal, { outcome: READING_OUTCOMES });
    this.catalog.follow(({ digest }) => () => {
      servicesInfo.reset();
      servicesInfo.set({ version: digest }, 1);
    });
    servicesRefused.set(0);
    const { digest, definitions } = this.catalog.inForce;
    this.log.log({ message: `version ${digest} of ${definitions.length} services is in force`, version: digest });
  }

  /** Null while the folder says what is in force. */
  get refused(): RefusedReading | null {
    return this.refusedReading;
  }

  /** Calls back after each reading that changed the version, or whether the folder is refused. */
  whenChanged(listener: () => void): void {
    this.listener = () => {
      changes.mark('services');
      listener();
    };
  }

  /**
   * Reads the folder. Requests during a reading are one more reading, after it. Resolves when the last of them has ended;
   * never rejects.
   */
  request(reason: ReadingReason): Promise<void> {
    if (this.drain.draining) return Promise.resolve();
    if (this.config.catalog.reload === 'off') {
      this.log.log(`${reason}: the services are not read again, because SERVICES_RELOAD is off`);
      return Promise.resolve();
    }
    this.wanted = reason;
    this.underWay ??= this.readAll();
    return this.underWay;
  }

  private async readAll(): Promise<void> {
    while (this.wanted !== null) {
      const reason = this.wanted;
      this.wanted = null;
      await this.readOnce(reason);
    }
    this.underWay = null;
  }

  private async readOnce(reason: ReadingReason): Promise<void> {
    try {
      const tell = (message: string): void => (reason === 'retry' ? undefined : this.log.warn(message));
      const { inForce } = this.catalog;
      const loaded = await readFolder(this.config.catalog.servicesDir, tell, inForce.definitions.length === 0);
      const kept = inForce.keepUnchanged(loaded);
      const problems = await this.checks.findProblems(kept, inForce);
      if (problems.length > 0) throw new CatalogError(problems);
      if (!this.drain.draining) this.takeOver(new CatalogVersion(kept), reason);
    } catch (error) {
      if (!this.drain.draining) this.refuse(this.toProblems(error));
    }
  }

  private takeOver(next: CatalogVersion, reason: ReadingReason): void {
    const before = this.catalog.inForce;
    const isNew = next.digest !== before.digest;
    if (isNew) {
      failpoint('services.before-switch');
      this.catalog.replace(next);
      failpoint('services.after-switch');
    }
    servicesReadingsTotal.inc({ outcome: isNew ? 'applied' : 'unchanged' });
    const wasRefused = this.refusedReading !== null;
    this.refusedReading = null;
    servicesRefused.set(0);
    if (isNew) {
      const message = `version ${next.digest} is in force, after ${before.digest}: ${describeChange(before, next)}`;
      this.log.log({ message, version: next.digest, before: before.digest });
    } else if (wasRefused || reason === 'SIGHUP') {
      this.log.log({ message: `the folder says what is in force: version ${next.digest}`, version: next.digest });
    }
    if (isNew || wasRefused) this.listener();
  }

  private refuse(problems: readonly CatalogProblem[]): void {
    servicesReadingsTotal.inc({ outcome: 'refused' });
    servicesRefused.set(1);
    const before = this.refusedReading;
    const isNews = before === null || linesOf(before.problems) !== linesOf(problems);
    this.refusedReading = { since: before?.since ?? new Date(), problems };
    if (!isNews) return;
    const { digest } = this.catalog.inForce;
    const since = this.refusedReading.since.toISOString();
    const message = `the folder is not taken over, version ${digest} stays in force:\n${linesOf(problems)}`;
    this.log.error({ message, version: digest, since, problems: problems.map(problemLine) });
    this.listener();
  }

  private toProblems(error: unknown): readonly CatalogProblem[] {
    if (error instanceof CatalogError) return error.problems;
    const { message, stack } = error as Error;
    this.log.error({ message: 'the services could not be read again', error: message, stack });
    const file = shownPath(this.config.catalog.servicesDir);
    return [{ file, path: '', reason: `could not be taken over: ${message}`, remedy: 'report it with the log' }];
  }
}

function linesOf(problems: readonly CatalogProblem[]): string {
  return problems.map(problemLine).join('\n');
}
