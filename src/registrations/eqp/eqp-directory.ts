import { Injectable, type OnModuleInit } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../../database/database.js';
import { DeliveryOutbox } from '../../delivery/delivery-outbox.js';
import { destinationOf } from '../../delivery/destination.js';
import { DestinationMoves } from '../../delivery/destination-moves.js';
import { type EnableReceipt, NOTHING_RELEASED } from '../../delivery/destination-switch.js';
import { refuseProblems } from '../../http/read-dto.js';
import type { RequestProblem } from '../../http/request-error.js';
import { AddressPolicy } from '../../security/address-policy.js';
import { DestinationPauses, PAUSE_REASON } from '../destination-pauses.repository.js';
import {
  type Registration,
  type RegistrationChange,
  RegistrationDirectories,
  type RegistrationDirectory,
  type RegistrationFilter,
  type SendReceipt,
} from '../registration-directory.js';
import { type DirectoryRow, EqpDirectoryRepository } from './eqp-directory.repository.js';
import { type EqpEvent, renderEqpEvent } from './eqp-event.js';
import { EqpEventsRepository } from './eqp-events.repository.js';
import { EqpStatesRepository } from './eqp-states.repository.js';
import { addressOf } from './eqp.channel.js';
import { EQP_CHANNEL, EQP_URL_RULES } from './eqp.policy.js';

/** The callbacks of EQP users, for administrators of all registrations. */
@Injectable()
export class EqpDirectory implements RegistrationDirectory, OnModuleInit {
  readonly kind = 'eqp';
  readonly channel = EQP_CHANNEL;

  constructor(
    private readonly directories: RegistrationDirectories,
    private readonly repository: EqpDirectoryRepository,
    private readonly events: EqpEventsRepository,
    private readonly states: EqpStatesRepository,
    private readonly outbox: DeliveryOutbox,
    private readonly pauses: DestinationPauses,
    private readonly moves: DestinationMoves,
    private readonly policy: AddressPolicy,
  ) {}

  onModuleInit(): void {
    this.directories.register(this);
  }

  async list(filter: RegistrationFilter): Promise<Registration[]> {
    return (await this.repository.page(filter, PAUSE_REASON)).map((row) => this.toRegistration(row));
  }

  async find(id: string, tx?: Tx): Promise<Registration | null> {
    const row = await this.repository.find(id, tx);
    return row === null ? null : this.toRegistration(row);
  }

  async lock(tx: Tx, id: string): Promise<Registration | null> {
    await this.repository.lockUser(tx, id);
    const row = await this.repository.find(id, tx);
    return row === null ? null : this.toRegistration(row);
  }

  /** The path alone: the stored password was given to one origin, and may go to no other. */
  async change(tx: Tx, id: string, change: RegistrationChange): Promise<EnableReceipt | null> {
    const before = await this.repository.find(id, tx);
    if (before === null) return null;
    const others = (['method', 'contentType', 'endDate'] as const).filter((field) => change[field] !== undefined);
    const problems: RequestProblem[] = others.map((field) => ({
      field,
      message: 'cannot be changed of an EQP callback',
    }));
    const refusal = change.url === undefined ? null : this.refusalOf(before.url, change.url);
    if (refusal !== null) problems.push({ field: 'url', message: refusal });
    refuseProblems(422, problems);
    if (change.url === undefined) return NOTHING_RELEASED;
    const addresses = [addressOf({ id, url: change.url })];
    // Destinations before callbacks: settling locks them in that order too.
    const receipt = await this.moves.apply(tx, { channel: EQP_CHANNEL, addresses, keepReason: PAUSE_REASON });
    await this.repository.setUrl(tx, id, change.url);
    await this.repository.clearReason(tx, id);
    return receipt;
  }

  /** Its password goes with it: what waits is cancelled. */
  async remove(tx: Tx, id: string): Promise<EnableReceipt | null> {
    const changes = { channel: EQP_CHANNEL, addresses: [], removed: [id], keepReason: PAUSE_REASON };
    const receipt = await this.moves.apply(tx, changes);
    return (await this.repository.remove(tx, id)) ? receipt : null;
  }

  /** A scan that passed, of a file that does not exist: nothing is kept for reading. */
  async sendTest(tx: Tx, id: string): Promise<SendReceipt | null> {
    const row = await this.repository.find(id, tx);
    if (row === null) return null;
    const event = sampleFor(row.mageId);
    const eventId = uuidv7();
    await this.events.insert(tx, {
      id: eventId,
      userId: row.userId,
      callbackEvent: event.callbackEvent,
      deliveries: 1,
    });
    const delivery = {
      id: uuidv7(),
      channel: EQP_CHANNEL,
      ownerId: eventId,
      destination: destinationOf(EQP_CHANNEL, row.id, row.url),
      eventId,
      method: 'POST',
      url: row.url,
      contentType: 'application/json',
      body: renderEqpEvent(event, await this.states.now(tx)),
      expiresInMs: null,
      trigger: 'test',
    } as const;
    const refs = await this.outbox.insert(tx, [delivery]);
    return {
      eventId,
      count: 1,
      committed: () => this.outbox.dispatch(refs),
      rolledBack: () => this.outbox.abandon(refs),
    };
  }

  enabled(tx: Tx, id: string): Promise<void> {
    return this.repository.clearReason(tx, id);
  }

  private refusalOf(before: string, after: string): string | null {
    const refusal = this.policy.checkUrl(after, EQP_URL_RULES);
    if (refusal !== null) return refusal;
    return new URL(before).origin === new URL(after).origin
      ? null
      : 'must keep its origin: the stored password may go to no other; the user can register another URL';
  }

  private toRegistration(row: DirectoryRow): Registration {
    const isPaused = row.offReason !== null && this.pauses.isPause(row.offReason);
    const reason = row.userState === 'disabled' ? 'its user is disabled' : row.offReason;
    return {
      id: row.id,
      kind: this.kind,
      owner: row.mageId,
      state: reason === null ? 'active' : isPaused && row.userState === 'active' ? 'paused' : 'disabled',
      reason,
      label: row.name,
      eventType: null,
      qualifier: null,
      url: row.url,
      method: 'POST',
      contentType: 'application/json',
      signed: false,
      apiVersion: null,
      startDate: row.createdAt,
      endDate: null,
      revision: row.revision,
      createdAt: row.createdAt,
      updatedAt: row.createdAt,
    };
  }
}

function sampleFor(mageId: string): EqpEvent {
  return {
    callbackEvent: 'malware_scan_complete',
    mageId,
    fileUploadId: 'test',
    passed: true,
    submissionIds: null,
    modifiedAt: null,
  };
}
