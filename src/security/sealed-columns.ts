import type { SecretAad } from './secret-box.js';

/** A column of values that {@link ./secret-box.ts SecretBox} sealed, each with the id of its row as associated data. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The primary key: one uuid. */
  readonly idColumn: string;
  /** How a delivery names the row with the secret it needs; null when no delivery does. */
  readonly neededBy: { readonly column: string; readonly deliveryColumn: 'owner_id' | 'destination_id' } | null;
}

/**
 * Every sealed column there is. A table that stores a secret adds itself here, and key rotation and the release of
 * held deliveries take it along. Names go into SQL as they are: constants only.
 */
export const SEALED_COLUMNS = Object.freeze({
  actionSecrets: {
    table: 'action_payloads',
    column: 'secrets',
    idColumn: 'action_id',
    neededBy: { column: 'action_id', deliveryColumn: 'owner_id' },
  },
  eqpPasswords: {
    table: 'eqp_callbacks',
    column: 'password',
    idColumn: 'id',
    neededBy: { column: 'destination_id', deliveryColumn: 'destination_id' },
  },
  companySigningSecrets: {
    table: 'company_callbacks',
    column: 'signing_secrets',
    idColumn: 'id',
    neededBy: { column: 'destination_id', deliveryColumn: 'destination_id' },
  },
  noticeUrls: {
    table: 'notices',
    column: 'url',
    idColumn: 'id',
    neededBy: { column: 'destination_id', deliveryColumn: 'destination_id' },
  },
  noticeSigningSecrets: {
    table: 'notices',
    column: 'signing_secrets',
    idColumn: 'id',
    neededBy: { column: 'destination_id', deliveryColumn: 'destination_id' },
  },
  stepSecrets: { table: 'step_secrets', column: 'value', idColumn: 'id', neededBy: null },
  idempotentAnswers: { table: 'idempotent_requests', column: 'answer', idColumn: 'id', neededBy: null },
  // Callbacks that need one are released by their organisation, which may get another: see HeldCredentialsSweeper.
  adobeSecrets: { table: 'adobe_credentials', column: 'client_secrets', idColumn: 'id', neededBy: null },
  oauthSigningKeys: { table: 'oauth_signing_keys', column: 'private_key', idColumn: 'id', neededBy: null },
  stepTokens: { table: 'step_tokens', column: 'token', idColumn: 'id', neededBy: null },
} as const satisfies Record<string, SealedColumn>);

/** Where the value of a row lives, for sealing and opening it. */
export function placeOf({ table, column }: SealedColumn, rowId: string): SecretAad {
  return { table, column, rowId };
}
