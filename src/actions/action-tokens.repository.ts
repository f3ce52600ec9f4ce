import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { FEW } from '../database/plans.js';

/** Which action a token belongs to. */
export interface TokenOwner {
  readonly tokenKey: string;
  readonly actionId: string;
  readonly objectType: string | null;
  readonly entityId: string | null;
}

/** A key that an earlier version may have stored for a token of this organisation, and the key of today. */
export interface EarlierTokenKey {
  readonly earlierKey: string;
  readonly tokenKey: string;
  readonly tenant: string;
}

const FIND_TOKEN_OWNERS: Statement = {
  name: 'actions.findTokenOwners',
  text: `SELECT t.token_key AS "tokenKey", t.action_id AS "actionId", a.object_type AS "objectType", a.entity_id AS "entityId"
           FROM action_tokens t
           LEFT JOIN LATERAL (SELECT object_type, entity_id FROM actions WHERE id = t.action_id LIMIT 1) a ON true
          WHERE t.token_key = ANY($1::uuid[])`,
};

const FIND_AGE_OF_TOKEN_KEYS: Statement = {
  name: 'actions.findAgeOfTokenKeys',
  text: `SELECT extract(epoch FROM now() - at)::float8 AS seconds FROM upgrades WHERE name = 'organisation_in_token_key'`,
};

const FIND_EARLIER_TOKEN_OWNERS: Statement = {
  name: 'actions.findEarlierTokenOwners',
  text: `SELECT i.token_key AS "tokenKey", t.action_id AS "actionId", a.object_type AS "objectType", a.entity_id AS "entityId"
           FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS u(earlier_key, token_key, tenant) ${FEW}) i
           JOIN action_tokens t ON t.token_key = i.earlier_key
           JOIN actions a ON a.id = t.action_id
          WHERE a.tenant = i.tenant`,
};

/** Finds the actions that tokens belong to. Tokens are written with their actions, in one statement. */
@Injectable()
export class ActionTokensRepository {
  constructor(private readonly database: Database) {}

  findTokenOwners(tokenKeys: readonly string[]): Promise<TokenOwner[]> {
    return this.database.query<TokenOwner>(FIND_TOKEN_OWNERS, [tokenKeys]);
  }

  /** Owners of keys that an earlier version made of the service and the token alone; they belong to one organisation. */
  findEarlierTokenOwners(wanted: readonly EarlierTokenKey[]): Promise<TokenOwner[]> {
    return this.database.query<TokenOwner>(FIND_EARLIER_TOKEN_OWNERS, [
      wanted.map((row) => row.earlierKey),
      wanted.map((row) => row.tokenKey),
      wanted.map((row) => row.tenant),
    ]);
  }

  /** Seconds since keys of tokens hold the organisation; null when no earlier key was ever stored here. */
  async findAgeOfTokenKeys(): Promise<number | null> {
    const [mark] = await this.database.query<{ seconds: number }>(FIND_AGE_OF_TOKEN_KEYS, []);
    return mark?.seconds ?? null;
  }
}
