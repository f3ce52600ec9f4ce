import { type Answer, call, TEST_ADMIN_KEY } from './app.js';

/** What creating a user answered. */
export interface EqpAccount {
  readonly mage_id: string;
  readonly app_id: string;
  readonly app_secret: string;
}

export const basicOf = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** One EQP user as its own client, and an administrator beside it. */
export class EqpClient {
  private constructor(
    private readonly base: string,
    readonly account: EqpAccount,
    public ust: string,
  ) {}

  /** Creates a user and opens a session. */
  static async create(base: string, body: object = {}): Promise<EqpClient> {
    const created = await admin(base, 'POST', '/admin/eqp/users', body);
    if (created.status !== 201) throw new Error(`no user: ${created.status} ${JSON.stringify(created.body)}`);
    const account = created.body as unknown as EqpAccount;
    const client = new EqpClient(base, account, '');
    client.ust = (await client.signIn()).body['ust'] as string;
    return client;
  }

  get path(): string {
    return `/rest/v1/users/${this.account.mage_id}`;
  }

  signIn(body: unknown = { grant_type: 'session' }, secret = this.account.app_secret): Promise<Answer> {
    const headers = { authorization: basicOf(this.account.app_id, secret) };
    return call('POST', `${this.base}/rest/v1/app/session/token`, headers, body);
  }

  get(path = this.path): Promise<Answer> {
    return call('GET', this.base + path, { authorization: `Bearer ${this.ust}` });
  }

  put(body: unknown, path = this.path): Promise<Answer> {
    return call('PUT', this.base + path, { authorization: `Bearer ${this.ust}` }, body);
  }

  publish(callbackEvent: string, updateInfo: object): Promise<Answer> {
    const body = { mage_id: this.account.mage_id, callback_event: callbackEvent, update_info: updateInfo };
    return admin(this.base, 'POST', '/admin/eqp/events', body);
  }

  act(verb: 'rotate-secret' | 'disable' | 'enable'): Promise<Answer> {
    return admin(this.base, 'POST', `/admin/eqp/users/${this.account.mage_id}/${verb}`);
  }
}

/** One request with the admin key. */
export function admin(base: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
  return call(method, base + path, { authorization: `Bearer ${TEST_ADMIN_KEY}` }, body);
}
