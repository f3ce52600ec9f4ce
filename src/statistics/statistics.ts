import { Injectable } from '@nestjs/common';
import type {
  ActionCounts,
  AttemptCounts,
  DestinationStatisticsView,
  EventCounts,
  FailedAttempts,
  ServiceCounts,
  StatisticsView,
} from './statistics.dto.js';
import { type CountRow, StatisticsRepository } from './statistics.repository.js';
import { groupBy, shareOf, summarise, type Summary } from './summary.js';
import { TOTALS } from './tallies.js';
import { STEP_MINUTES, type StatisticsWindow } from './windows.js';

/** Reads the charts: all services, each of them, a destination. */
@Injectable()
export class Statistics {
  constructor(private readonly repository: StatisticsRepository) {}

  /** @param services in the order in which they are shown */
  async ofServices(services: readonly string[], window: StatisticsWindow): Promise<StatisticsView> {
    const read = await this.repository.readOverview(services, window);
    const byService = groupBy(read.services, ({ subject }) => subject);
    const bySubject = groupBy([...read.steps, ...read.attempts], ({ subject }) => subject);
    const of = (subject: string): readonly CountRow[] => bySubject.get(subject) ?? [];
    return {
      window,
      stepSeconds: STEP_MINUTES[window] * 60,
      total: { ...toActionCounts(summarise(of(TOTALS.actions))), attempts: toFailed(of(TOTALS.actionAttempts)) },
      points: [...groupBy(of(TOTALS.actions), ({ at }) => at.getTime())].map(([at, rows]) => {
        const { accepted, delivered, failed, p50Ms, p95Ms } = summarise(rows);
        return { at: new Date(at), accepted, delivered, failed, p50Ms, p95Ms };
      }),
      events: { ...toEventCounts(summarise(of(TOTALS.events))), attempts: toFailed(of(TOTALS.eventAttempts)) },
      eventPoints: [...groupBy(of(TOTALS.events), ({ at }) => at.getTime())].map(([at, rows]) => {
        const { delivered, failed, p50Ms, p95Ms } = summarise(rows);
        return { at: new Date(at), delivered, failed, p50Ms, p95Ms };
      }),
      services: services.map((service): ServiceCounts => ({
        service,
        ...toActionCounts(summarise(byService.get(service) ?? [])),
      })),
    };
  }

  async ofDestination(id: string, window: StatisticsWindow): Promise<DestinationStatisticsView> {
    const steps = await this.repository.readSteps('destination', [id], window);
    return {
      window,
      stepSeconds: STEP_MINUTES[window] * 60,
      total: toAttemptCounts(summarise(steps)),
      points: [...groupBy(steps, ({ at }) => at.getTime())].map(([at, rows]) => {
        const { attempts, delivered, p50Ms, p95Ms } = summarise(rows);
        return { at: new Date(at), attempts, delivered, p50Ms, p95Ms };
      }),
    };
  }

  /** Each destination that was attempted. */
  async ofDestinations(ids: readonly string[], window: StatisticsWindow): Promise<Map<string, AttemptCounts>> {
    const rows = await this.repository.readTotals('destination', ids, window);
    const groups = groupBy(rows, ({ subject }) => subject);
    return new Map([...groups].map(([id, group]) => [id, toAttemptCounts(summarise(group))]));
  }
}

/** Of a destination that nothing was sent to. */
export const NO_ATTEMPTS: AttemptCounts = Object.freeze(toAttemptCounts(summarise([])));

function toActionCounts(summary: Summary): Pick<ActionCounts, keyof ActionCounts> {
  return { accepted: summary.accepted, ...toEventCounts(summary) };
}

function toEventCounts({ delivered, failed, p50Ms, p95Ms, errors }: Summary): Omit<EventCounts, 'attempts'> {
  return { delivered, failed, success: shareOf(delivered, delivered + failed), p50Ms, p95Ms, errors };
}

function toFailed(rows: readonly CountRow[]): FailedAttempts {
  const { attempts, delivered, errors } = summarise(rows);
  return { failed: Math.max(attempts - delivered, 0), errors };
}

function toAttemptCounts({ attempts, delivered, p50Ms, p95Ms, errors }: Summary): AttemptCounts {
  return { attempts, delivered, success: shareOf(delivered, attempts), p50Ms, p95Ms, errors };
}
