import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, type Tx } from '../../database/database.js';
import { destinationOf } from '../../delivery/destination.js';
import { DestinationSwitch, type EnableReceipt } from '../../delivery/destination-switch.js';
import type { JsonObject } from '../../http/json-body.js';
import { RequestError } from '../../http/request-error.js';
import { DestinationPauses } from '../destination-pauses.repository.js';
import { CompaniesRepository, type Company } from './companies.repository.js';
import type { CallbackTerms, CompanyCallback } from './company-callback.js';
import { CompanyCallbackReader } from './company-callback.reader.js';
import { type CallbackWrite, CompanyCallbacksRepository } from './company-callbacks.repository.js';

/** The engine's name for these deliveries. */
export const COMPANY_CHANNEL = 'companies';

/** Distinct URLs of a company's registrations that have not ended. */
const URLS_MAX = 50;
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 8;

/** What a company does with its registrations. */
@Injectable()
export class CompanyCallbacks {
  constructor(
    private readonly database: Database,
    private readonly companies: CompaniesRepository,
    private readonly repository: CompanyCallbacksRepository,
    private readonly reader: CompanyCallbackReader,
    private readonly pauses: DestinationPauses,
    private readonly destinations: DestinationSwitch,
  ) {}

  list(company: Company): Promise<CompanyCallback[]> {
    return this.repository.listOpen(company.id);
  }

  /** @throws RequestError 404. */
  async get(company: Company, callbackId: string): Promise<CompanyCallback> {
    return known(await this.find(company, callbackId), callbackId);
  }

  /** @throws RequestError 422 naming every problem, 409 when it overlaps another. */
  async create(company: Company, body: JsonObject): Promise<CompanyCallback> {
    const terms = await this.reader.create(body, await this.companies.now());
    const id = uuidv7();
    return this.writing(
      terms,
      async (tx) => {
        await this.checkUrls(tx, company.id, id, terms);
        const row = { ...terms, id, company: company.id, destinationId: destinationIdOf(id, terms.url) };
        return { id, write: await this.repository.insert(tx, row, newCallbackId()) };
      },
      company.id,
    );
  }

  /** Changes what the body names. @throws RequestError 404, 422, 409. */
  async replace(company: Company, callbackId: string, body: JsonObject): Promise<CompanyCallback> {
    const before = await this.get(company, callbackId);
    const terms = await this.reader.replace(body, before, await this.companies.now());
    const enabled: EnableReceipt[] = [];
    const written = await this.writing(
      terms,
      async (tx) => {
        await this.checkUrls(tx, company.id, before.id, terms);
        const write = await this.rewrite(tx, before, terms);
        // A company that writes its registration anew says that its receiver is there; a pause is not for it to end.
        if (write === 'written' && before.offReason !== null && !this.pauses.isPause(before.offReason)) {
          enabled.push(await this.destinations.enable(tx, destinationIdOf(before.id, terms.url)));
        }
        return { id: before.id, write };
      },
      company.id,
    );
    for (const receipt of enabled) receipt.committed();
    return written;
  }

  /** Ends it now; what has ended stays as it is. @throws RequestError 404. */
  async end(company: Company, callbackId: string): Promise<CompanyCallback> {
    const { id } = await this.get(company, callbackId);
    return this.database.transaction(async (tx) => {
      await this.companies.lock(tx, company.id);
      await this.repository.end(tx, id);
      return known(await this.repository.find(id, tx), callbackId);
    });
  }

  /** For administrators: the same rules as the company is under. @throws RequestError 409, 422. */
  async change(tx: Tx, callback: CompanyCallback, terms: CallbackTerms): Promise<void> {
    await this.companies.lock(tx, callback.company);
    await this.checkUrls(tx, callback.company, callback.id, terms);
    refuse(await this.rewrite(tx, callback, terms), terms);
  }

  /** A registration that moves to another origin has another destination: a pause goes along. */
  private async rewrite(tx: Tx, before: CompanyCallback, terms: CallbackTerms): Promise<CallbackWrite> {
    const destinationId = destinationIdOf(before.id, terms.url);
    const write = await this.repository.update(tx, { ...terms, id: before.id, company: before.company, destinationId });
    const isPaused = before.offReason !== null && this.pauses.isPause(before.offReason);
    if (write === 'written' && isPaused) {
      await this.pauses.pause(tx, [destinationOf(COMPANY_CHANNEL, before.id, terms.url)]);
    }
    return write;
  }

  private async find(company: Company, callbackId: string): Promise<CompanyCallback | null> {
    // Nobody has an id of another form, and Postgres need not be asked.
    return /^[a-z0-9]{8}$/.test(callbackId) ? this.repository.findOf(company.id, callbackId) : null;
  }

  /** Under the company's lock, so that the overlap is decided one by one. */
  private async writing(
    terms: CallbackTerms,
    work: (tx: Tx) => Promise<{ readonly id: string; readonly write: CallbackWrite }>,
    company: string,
  ): Promise<CompanyCallback> {
    return this.database.transaction(async (tx) => {
      await this.companies.lock(tx, company);
      const { id, write } = await work(tx);
      refuse(write, terms);
      return known(await this.repository.find(id, tx), id);
    });
  }

  private async checkUrls(tx: Tx, company: string, id: string, terms: CallbackTerms): Promise<void> {
    const others = await this.repository.countOtherUrls(tx, { company, id, url: terms.url });
    if (others < URLS_MAX) return;
    const message = `is one too many: a company has at most ${URLS_MAX} distinct URLs`;
    throw new RequestError(422, 'VALIDATION_ERROR', message, { details: [{ field: 'destination.url', message }] });
  }
}

function refuse(write: CallbackWrite, { eventType, qualifier }: CallbackTerms): void {
  switch (write) {
    case 'written':
      return;
    case 'overlaps': {
      const also = qualifier === null ? '' : ' and its qualifier';
      const message = `A callback for event type '${eventType}'${also} is already registered in this date range`;
      throw new RequestError(409, 'CONFLICT', message);
    }
    case 'callback_id_taken':
      // One in 2.8 million million per registration there is.
      throw new RequestError(503, 'SERVICE_UNAVAILABLE', 'Please try again.', { retryAfterSeconds: 1 });
    default:
      write satisfies never;
  }
}

function known(callback: CompanyCallback | null, callbackId: string): CompanyCallback {
  if (callback === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', `Could not find callback '${callbackId}'`);
  return callback;
}

function destinationIdOf(id: string, url: string): string {
  return destinationOf(COMPANY_CHANNEL, id, url).id;
}

function newCallbackId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('');
}
