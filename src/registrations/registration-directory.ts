import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { EnableReceipt } from '../delivery/destination-switch.js';

/** Families of registrations. */
export const REGISTRATION_KINDS = Object.freeze(['company', 'eqp'] as const);
export type RegistrationKind = (typeof REGISTRATION_KINDS)[number];

/** Where a registration stands. `paused`: an administrator keeps its deliveries back; `disabled`: its receiver is gone. */
export const REGISTRATION_STATES = Object.freeze(['active', 'future', 'ended', 'paused', 'disabled'] as const);
export type RegistrationState = (typeof REGISTRATION_STATES)[number];

/** A registration as administrators see it: no password, no signing secret. */
export interface Registration {
  /** uuidv7; the scope of its destinations. */
  readonly id: string;
  readonly kind: RegistrationKind;
  /** company_id or mage_id. */
  readonly owner: string;
  readonly state: RegistrationState;
  /** Why it is paused or disabled. */
  readonly reason: string | null;
  /** The id its owner knows it by, or the name its owner gave it; null when there is neither. */
  readonly label: string | null;
  /** The events it wants; null: every event of its owner. */
  readonly eventType: string | null;
  readonly qualifier: Readonly<Record<string, string | number>> | null;
  readonly url: string;
  readonly method: 'POST' | 'PUT';
  readonly contentType: string;
  /** Whether deliveries carry a signature. */
  readonly signed: boolean;
  /** The version of the API it was made with, which decides the form of phone numbers; null: none. */
  readonly apiVersion: number | null;
  readonly startDate: Date;
  readonly endDate: Date | null;
  /** Changes with what an edit may change and is not shown, e.g. a password; opens nothing. */
  readonly revision: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The filters of a list, the newest first; null filters nothing. */
export interface RegistrationFilter {
  readonly owner: string | null;
  readonly state: RegistrationState | null;
  /** Only ids below. */
  readonly before: string | null;
  readonly limit: number;
}

/** The changes of an administrator; absent fields stay as they are. */
export interface RegistrationChange {
  readonly url?: string;
  readonly method?: 'POST' | 'PUT';
  readonly contentType?: 'application/json' | 'text/json';
  /** Null: it never ends. */
  readonly endDate?: Date | null;
}

/** Work of a family inside a transaction; exactly one of the two calls follows it. */
export interface SendReceipt {
  readonly eventId: string;
  /** Deliveries that were made. */
  readonly count: number;
  committed(): void;
  rolledBack(): void;
}

/**
 * One family's registrations, for administrators of all of them.
 *
 * Decides: what a registration of the family is and what may be changed about it.
 * Configured: registered with {@link RegistrationDirectories} by the family's module.
 * Example: `companies/company-directory.ts`.
 * Contract: never answers with a secret; writes through `tx` only; throws RequestError 409 or 422 for what cannot be.
 */
export interface RegistrationDirectory {
  readonly kind: RegistrationKind;
  /** Key of the delivery channel; with a registration's id as scope it names the destinations. */
  readonly channel: string;
  list(filter: RegistrationFilter): Promise<Registration[]>;
  find(id: string): Promise<Registration | null>;
  /** As {@link find}, under the lock that every edit of the registration takes. */
  lock(tx: Tx, id: string): Promise<Registration | null>;
  /** @returns what it set free, to be told after the commit; null when the registration is gone. */
  change(tx: Tx, id: string, change: RegistrationChange): Promise<EnableReceipt | null>;
  /** Takes no more events from now on. @returns as {@link change}. */
  remove(tx: Tx, id: string): Promise<EnableReceipt | null>;
  /** Sends a sample event to this registration alone; null when it is gone. */
  sendTest(tx: Tx, id: string): Promise<SendReceipt | null>;
  /** Its destinations were switched on again. */
  enabled?(tx: Tx, id: string): Promise<void>;
  /** Makes a new signing secret and keeps the one before for its overlap; null when it is gone. Absent: never signed. */
  rotateSigningSecret?(tx: Tx, id: string): Promise<string | null>;
}

/** The families there are; each registers its own at boot. */
@Injectable()
export class RegistrationDirectories {
  private readonly directories = new Map<RegistrationKind, RegistrationDirectory>();

  register(directory: RegistrationDirectory): void {
    if (this.directories.has(directory.kind)) throw new Error(`two registration directories for ${directory.kind}`);
    this.directories.set(directory.kind, directory);
  }

  all(): RegistrationDirectory[] {
    return [...this.directories.values()];
  }

  find(kind: RegistrationKind): RegistrationDirectory | null {
    return this.directories.get(kind) ?? null;
  }
}
