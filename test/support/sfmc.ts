import SDK from 'sfmc-sdk';

/** What the public client `sfmc-sdk` makes of an answer. */
export interface SfmcAnswer {
  readonly OverallStatus: string;
  readonly RequestID: string;
  readonly Results: readonly Record<string, unknown>[];
}

/** Of the form the client asks of an address; it is not connected to. */
const ITS_OWN = 'https://mc0123456789abcdefghijklmnop.auth.marketingcloudapis.com/';

/** The unmodified client, with types. Its answers are whatever it makes of ours. */
export class Sfmc {
  private readonly sdk: SDK;

  constructor(url: string, { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string }) {
    const account = { client_id: clientId, client_secret: clientSecret, account_id: 7, auth_url: ITS_OWN };
    this.sdk = new SDK(account, { requestAttempts: 2 });
    // Its constructor takes no other address than its vendor's, but it reads this one before every token.
    this.sdk.auth.authObject.auth_url = `${url}/`;
  }

  session(): Promise<Record<string, unknown>> {
    return this.sdk.auth.getAccessToken(true) as Promise<Record<string, unknown>>;
  }

  create(type: string, objects: object, options?: object): Promise<SfmcAnswer> {
    return this.sdk.soap.create(type, objects, options === undefined ? undefined : { options }) as Promise<SfmcAnswer>;
  }

  retrieve(type: string, properties: string[], parameters?: object): Promise<SfmcAnswer> {
    return this.sdk.soap.retrieve(type, properties, parameters) as Promise<SfmcAnswer>;
  }

  retrieveBulk(type: string, properties: string[], parameters?: object): Promise<SfmcAnswer> {
    return this.sdk.soap.retrieveBulk(type, properties, parameters) as Promise<SfmcAnswer>;
  }

  describe(type: string): Promise<unknown> {
    return this.sdk.soap.describe(type);
  }
}
