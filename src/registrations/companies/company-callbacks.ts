import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, type Tx } from '../../database/database.js';
import { destinationOf } from '../../delivery/destination.js';
import { DestinationMoves } from '../../delivery/destination-moves.js';
import { type EnableReceipt, NOTHING_RELEASED } from '../../delivery/destination-switch.js';
import { RequestError } from '../../http/request-error.js';
import { DestinationPauses, PAUSE_REASON } from '../destination-pauses.repository.js';
import { CompaniesRepository, type Company } from './companies.repository.js';
import type { CallbackTerms, CompanyCallback } from './company-callback.js';
import { type CallbackSubmission, CompanyCallbackReader } from './company-callback.reader.js';
import { type CallbackWrite, CompanyCallbacksRepository } from './company-callbacks.repository.js';

/** The engine's name for these deliveries. */
export const COMPANY_CHANNEL = 'companies';

/** Distinct URLs of a company's registrations that have not ended. */
const URLS_MAX = 50;
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 8;

/** More to do in the transaction of a change; a refusal takes the change back. `before` is null for a new registration. */
export type AlsoInTx = (tx: Tx, before: CompanyCallback | null, after: CompanyCallback) => Promise<void>;

const NOTHING_ELSE: AlsoInTx = () => Promise.resolve();

/** The commands of a company on its registrations. */
@Injectable()
export class CompanyCallbacks {
  constructor(
    private readonly database: Database,
    private readonly companies: CompaniesRepository,
    private readonly repository: CompanyCallbacksRepository,
    private readonly reader: CompanyCallbackReader,
    private readonly pauses: DestinationPauses,
    private readonly moves: DestinationMoves,
  ) {}

  list(company: Company): Promise<CompanyCallback[]> {
    return this.repository.listOpen(company.id);
  }

  /** @throws RequestError 404. */
  async get(company: Company, callbackId: string): Promise<CompanyCallback> {
    return known(await this.find(company, callbackId), callbackId);
  }

  /** @throws RequestError 422 naming every problem, 409 when it overlaps another. */
  async create(company: Company, sent: CallbackSubmission, also: AlsoInTx = NOTHING_ELSE): Promise<CompanyCallback> {
    const terms = await this.reader.create(sent, await this.companies.now());
    const id = uuidv7();
    return this.database.transaction(async (tx) => {
      // One after the other: two that insert side by side would wait for each other's place.
      await this.companies.lock(tx, company.id);
      await this.checkUrls(tx, company.id, id, terms);
      const row = { ...terms, id, company: company.id, destinationId: destinationIdOf(id, terms.url) };
      refuse(await this.repository.insert(tx, row, newCallbackId()), terms);
      const written = known(await this.repository.find(id, tx), id);
      await also(tx, null, written);
      return written;
    });
  }

  /** Changes what was sent. @throws RequestError 404, 422, 409. */
  async replace(
    company: Company,
    callbackId: string,
    sent: CallbackSubmission,
    also: AlsoInTx = NOTHING_ELSE,
  ): Promise<CompanyCallback> {
    const { id } = await this.get(company, callbackId);
    const now = await this.companies.now();
    const { written, released } = await this.database.transaction(async (tx) => {
      await this.companies.lock(tx, company.id);
      const earlier = known(await this.repository.find(id, tx), callbackId);
      const released = await this.rewrite(tx, { company: company.id, id, namesUrl: true }, (before) =>
        this.reader.replace(sent, before, now),
      );
      const written = known(await this.repository.find(id, tx), callbackId);
      await also(tx, earlier, written);
      return { written, released };
    });
    released.committed();
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

  /**
   * For administrators: the rules are those the company is under.
   * @returns what followed to a new url. @throws RequestError 404, 409, 422.
   */
  change(
    tx: Tx,
    { company, id }: CompanyCallback,
    namesUrl: boolean,
    toTerms: (before: CompanyCallback) => CallbackTerms,
  ): Promise<EnableReceipt> {
    return this.rewrite(tx, { company, id, namesUrl }, toTerms);
  }

  /**
   * Reads under the company's lock: a change in between, an end above all, is not undone. Writing the url
   * anew, even the same one, says that the receiver is there.
   */
  private async rewrite(
    tx: Tx,
    { company, id, namesUrl }: { readonly company: string; readonly id: string; readonly namesUrl: boolean },
    toTerms: (before: CompanyCallback) => CallbackTerms | Promise<CallbackTerms>,
  ): Promise<EnableReceipt> {
    await this.companies.lock(tx, company);
    const before = known(await this.repository.find(id, tx), id);
    const terms = await toTerms(before);
    await this.checkUrls(tx, company, id, terms);
    const destination = destinationOf(COMPANY_CHANNEL, id, terms.url);
    refuse(await this.repository.update(tx, { ...terms, id, company, destinationId: destination.id }), terms);
    const isGone = before.offReason !== null && !this.pauses.isPause(before.offReason);
    if (terms.url === before.url && !(namesUrl && isGone)) return NOTHING_RELEASED;
    const { url, method, contentType } = terms;
    const addresses = [{ destination, url, method, contentType }];
    // A pause is not for a company to end, and goes along; other troubles of the url before do not.
    return this.moves.apply(tx, { channel: COMPANY_CHANNEL, addresses, keepReason: PAUSE_REASON });
  }

  private async find(company: Company, callbackId: string): Promise<CompanyCallback | null> {
    // No registration has an id of another form, so Postgres need not be asked.
    return /^[a-z0-9]{8}$/.test(callbackId) ? this.repository.findOf(company.id, callbackId) : null;
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
