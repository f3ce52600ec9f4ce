import { Injectable } from '@nestjs/common';
import type { FinishedAction, LeasedAction } from './action.js';
import { type ActionTopic, type TopicType, withoutJourney } from './action-input.js';
import { ActionRequestReaders } from './action-registries.js';
import { ActionSecretsVault } from './action-secrets.js';
import type { ActionRow } from './actions.repository.js';

/** An action read back from Postgres, before anything says who holds it. */
export type LoadedAction = FinishedAction['action'] &
  Pick<LeasedAction, 'blamedSubjects'> & { readonly crashCount: number };

/** Turns claimed or swept rows into actions: deadline on this process's clock, request parsed, secrets opened. */
@Injectable()
export class ActionLoader {
  constructor(
    private readonly readers: ActionRequestReaders,
    private readonly vault: ActionSecretsVault,
  ) {}

  /** A row with an erased payload keeps its ids and an empty entity. */
  load(row: ActionRow): LoadedAction {
    return {
      id: row.id,
      service: row.service,
      dialect: row.dialect,
      tenant: row.tenant,
      objectType: row.object_type as TopicType,
      entityId: row.entity_id,
      timeoutMs: row.timeout_ms,
      deadlineAtMs: performance.now() + row.remaining_ms,
      crashCount: row.crash_count,
      ...(row.blamed_subjects !== null && { blamedSubjects: row.blamed_subjects }),
      callbackUrl: row.callback_url ?? '',
      input:
        row.request === null
          ? withoutJourney(emptyTopic(row.object_type, row.entity_id))
          : this.readers.get(row.dialect).read(row.request),
      secrets: row.secrets === null ? null : this.vault.open(row.id, row.secrets),
    };
  }
}

function emptyTopic(type: string, id: string): ActionTopic {
  switch (type) {
    case 'accountPerson':
      return { kind: type, id, fields: {}, people: [] };
    case 'batch':
      return { kind: type, id, subjects: [], refusal: null };
    default:
      return { kind: type === 'account' ? type : 'lead', id, fields: {} };
  }
}
