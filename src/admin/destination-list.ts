import { Injectable } from '@nestjs/common';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import type { ScopeOwners } from '../delivery/delivery-channel.js';
import { RequestError } from '../http/request-error.js';
import { cutPage } from '../http/keyset-page.js';
import { UUID } from '../http/uuid.pipe.js';
import { PAUSE_REASON } from '../registrations/destination-pauses.repository.js';
import { NO_ATTEMPTS, Statistics } from '../statistics/statistics.js';
import type { StatisticsWindow } from '../statistics/windows.js';
import { DestinationListRepository, type DestinationRow } from './destination-list.repository.js';
import type {
  DestinationOwner,
  DestinationPage,
  DestinationState,
  DestinationView,
  ListDestinationsQuery,
} from './destinations.dto.js';

const NOTHING_WAITS = Object.freeze({ pending: 0, delivering: 0, held: 0 });

/** Destinations with their trouble, what waits for them, and how the attempts at them went. */
@Injectable()
export class DestinationList {
  constructor(
    private readonly repository: DestinationListRepository,
    private readonly channels: ChannelRegistry,
    private readonly statistics: Statistics,
  ) {}

  async page({ troubled, channel, window, limit, cursor }: ListDestinationsQuery): Promise<DestinationPage> {
    const page = { after: cursor ?? null, channel: channel ?? null, limit: limit + 1 };
    const rows = await this.repository.list(troubled, page);
    const { rows: shown, nextCursor } = cutPage(rows, limit, ({ id }) => id);
    return { items: await this.complete(shown, window), nextCursor };
  }

  /** @throws RequestError 404. */
  async get(id: string, window: StatisticsWindow): Promise<DestinationView> {
    const row = await this.repository.find(id);
    const [view] = row === null ? [] : await this.complete([row], window);
    if (view === undefined) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No destination has this id');
    view.lastFailure = await this.repository.findLastFailure(view.id);
    return view;
  }

  private async complete(rows: readonly DestinationRow[], window: StatisticsWindow): Promise<DestinationView[]> {
    const ids = rows.map(({ id }) => id);
    const [waiting, owners, attempts] = await Promise.all([
      this.repository.countWaiting(ids),
      this.findOwners(rows),
      this.statistics.ofDestinations(ids, window),
    ]);
    const waitingOf = new Map(waiting.map(({ id, ...counts }) => [id, counts]));
    return rows.map(({ waitKind, ...row }) => ({
      ...row,
      owner: owners.get(row.id) ?? null,
      lastFailure: null,
      state: stateOf(row.reason, waitKind),
      waiting: waitingOf.get(row.id) ?? NOTHING_WAITS,
      attempts: attempts.get(row.id) ?? NO_ATTEMPTS,
    }));
  }

  /** By the ids of destinations, one query for each channel that names rows; those of tenants are left out. */
  private async findOwners(rows: readonly DestinationRow[]): Promise<ReadonlyMap<string, DestinationOwner>> {
    const found = this.channels.all().map(async ({ key, scopeOwners }) => {
      const own = rows.filter(({ channel }) => channel === key);
      if (scopeOwners === undefined || own.length === 0) return [];
      const names = await scopeOwners.findNames(own.map(({ scope }) => scope).filter((scope) => UUID.test(scope)));
      const nameOf = new Map(names.map(({ id, name }) => [id, name]));
      return own.map(({ id, scope }) => [id, toOwner(scopeOwners, scope, nameOf.get(scope) ?? null)] as const);
    });
    return new Map((await Promise.all(found)).flat());
  }
}

/** A registration that is gone has no page. */
function toOwner({ kind, isRegistration }: ScopeOwners, scope: string, name: string | null): DestinationOwner {
  return { kind, name, registration: isRegistration && name !== null ? scope : null };
}

function stateOf(reason: string | null, waitKind: DestinationRow['waitKind']): DestinationState {
  if (reason === PAUSE_REASON) return 'paused';
  switch (waitKind) {
    case null:
      return 'well';
    case 'disabled':
      return 'off';
    case 'open':
    case 'halfOpen':
    case 'throttled':
      return waitKind;
    default:
      return waitKind satisfies never;
  }
}
