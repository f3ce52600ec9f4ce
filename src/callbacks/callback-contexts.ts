import { Injectable } from '@nestjs/common';
import type { FinishedAction } from '../actions/action.js';
import { ActionSecretsVault } from '../actions/action-secrets.js';
import { ActionsRepository } from '../actions/actions.repository.js';

/** The encrypted part of an action that its callback needs, or the fact that it cannot be read. */
export type CallbackContext =
  | {
      /** For `X-Callback-Token`. */
      readonly token: string;
      /** The IMS organisation. */
      readonly tenant: string;
    }
  /** No configured key decrypts it. */
  | { readonly unreadable: true };

/** As many as can be on their way from a finish to their first attempt, with room to spare. */
const REMEMBERED_MAX = 4_096;

/**
 * Tokens for callbacks: those of actions that were just finished here come from memory, once; all others are read and
 * opened in one select per batch.
 */
@Injectable()
export class CallbackContexts {
  private readonly remembered = new Map<string, CallbackContext>();

  constructor(
    private readonly actions: ActionsRepository,
    private readonly vault: ActionSecretsVault,
  ) {}

  /** Keeps what the first attempt will ask for at once. */
  remember(actions: readonly Pick<FinishedAction['action'], 'id' | 'tenant' | 'secrets'>[]): void {
    if (this.remembered.size > REMEMBERED_MAX) this.remembered.clear();
    for (const action of actions) {
      if (action.secrets === null) continue;
      this.remembered.set(action.id, { token: action.secrets.token, tenant: action.tenant });
    }
  }

  /** By action id; an action whose payload is erased is missing from the answer. */
  async load(actionIds: readonly string[]): Promise<ReadonlyMap<string, CallbackContext>> {
    const contexts = new Map<string, CallbackContext>();
    const unknown: string[] = [];
    for (const id of actionIds) {
      const context = this.remembered.get(id);
      if (context === undefined) {
        unknown.push(id);
        continue;
      }
      this.remembered.delete(id);
      contexts.set(id, context);
    }
    if (unknown.length > 0) await this.read(unknown, contexts);
    return contexts;
  }

  private async read(actionIds: readonly string[], contexts: Map<string, CallbackContext>): Promise<void> {
    for (const row of await this.actions.findSecrets(actionIds)) {
      const secrets = this.vault.open(row.id, row.secrets);
      contexts.set(row.id, secrets === null ? { unreadable: true } : { token: secrets.token, tenant: row.tenant });
    }
  }
}
