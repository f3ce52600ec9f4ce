import { Injectable, Logger } from '@nestjs/common';
import { placeOf, SEALED_COLUMNS } from '../security/sealed-columns.js';
import { type SecretAad, SecretBox } from '../security/secret-box.js';
import type { ActionSecrets } from './action-input.js';

/** Seals and opens what a request carried in confidence: token, admin context, custom headers. */
@Injectable()
export class ActionSecretsVault {
  private readonly log = new Logger('ActionSecrets');

  constructor(private readonly box: SecretBox) {}

  seal(actionId: string, secrets: ActionSecrets): string {
    return this.box.seal(textOf(secrets), aad(actionId));
  }

  /** Null when no configured key can open them; said once per action, without a value. */
  open(actionId: string, sealed: string): ActionSecrets | null {
    try {
      return JSON.parse(this.box.open(sealed, aad(actionId))) as ActionSecrets;
    } catch (error) {
      this.log.error(`the secrets of action ${actionId} cannot be read: ${(error as Error).message}`);
      return null;
    }
  }
}

function aad(actionId: string): SecretAad {
  return placeOf(SEALED_COLUMNS.actionSecrets, actionId);
}

/** A replacer takes twice as long, and only a bigint needs it: JSON.stringify refuses those by throwing. */
function textOf(secrets: ActionSecrets): string {
  try {
    return JSON.stringify(secrets);
  } catch {
    return JSON.stringify(secrets, bigintAsText);
  }
}

/** context.admin is kept for providers to read, never echoed: text is as good as the exact integer. */
function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
