import { answering, type Behaviour, type Call, FaultyEndpoint } from './faulty-endpoint.js';

const TOKEN_PATH = '/ims/token/v3';

export interface IssueOptions {
  /** As JSON; null leaves it out. */
  readonly expiresIn?: unknown;
  /** Client secrets that are valid; others are refused as `invalid_client`. Default: all. */
  readonly secrets?: readonly string[];
}

/** IMS on loopback, which gives tokens, or whatever else it is told to, and knows which of them are still good. */
export class FaultyIms {
  /** Client secrets of every request, in the order of arrival. */
  readonly secretsSeen: string[] = [];
  private issued = 0;
  private readonly good = new Set<string>();

  private constructor(readonly endpoint: FaultyEndpoint) {}

  static async start(
    options: { readonly behaviour?: (ims: FaultyIms) => Behaviour; readonly closed?: boolean } = {},
  ): Promise<FaultyIms> {
    const endpoint = await FaultyEndpoint.start({
      behaviour: () => undefined,
      ...(options.closed !== undefined && { closed: options.closed }),
    });
    const ims = new FaultyIms(endpoint);
    ims.behave(options.behaviour?.(ims) ?? ims.issuing());
    return ims;
  }

  /** For IMS_BASE_URL. */
  get url(): string {
    return this.endpoint.url();
  }

  /** Requests for a token so far. */
  get tokenRequests(): number {
    return this.endpoint.of(TOKEN_PATH).length;
  }

  /** What it does from now on. */
  behave(behaviour: Behaviour): void {
    this.endpoint.behaviour = (call) => {
      this.secretsSeen.push(new URLSearchParams(call.request.body).get('client_secret') ?? '');
      return behaviour(call);
    };
  }

  /** Gives a new token to each request, by the book unless told otherwise. */
  issuing(options: IssueOptions = {}): Behaviour {
    const expiresIn = options.expiresIn === undefined ? 86_399 : options.expiresIn;
    return (call) => {
      const secret = new URLSearchParams(call.request.body).get('client_secret') ?? '';
      if (options.secrets !== undefined && !options.secrets.includes(secret)) return refusing('invalid_client')(call);
      this.issued += 1;
      const token = `token-${this.issued}`;
      this.good.add(token);
      const body = { access_token: token, token_type: 'bearer', ...(expiresIn !== null && { expires_in: expiresIn }) };
      return json(200, body)(call);
    };
  }

  /** Every token given so far is void, whatever its `expires_in` said. */
  expireTokens(): void {
    this.good.clear();
  }

  /** A receiver that takes requests with a good token and answers 401 to all others. */
  guarding(behaviour: Behaviour): Behaviour {
    return (call) => (this.accepts(call) ? behaviour(call) : answering(401)(call));
  }

  stop(): Promise<void> {
    return this.endpoint.stop();
  }

  private accepts({ request }: Call): boolean {
    return this.good.has((request.headers['authorization'] ?? '').replace(/^Bearer /, ''));
  }
}

/** An OAuth error by its name, with a description that must not be repeated anywhere. */
export function refusing(error: string): Behaviour {
  return (call) => {
    const secret = new URLSearchParams(call.request.body).get('client_secret') ?? '';
    return json(400, { error, error_description: `the client secret ${secret} is not valid` })(call);
  };
}

/** What a proxy in the way likes to answer. */
export function htmlPage(status: number): Behaviour {
  return answering(
    status,
    { 'content-type': 'text/html' },
    '<!doctype html><title>Maintenance</title><h1>Be back soon</h1>',
  );
}

function json(status: number, body: object): Behaviour {
  return answering(status, { 'content-type': 'application/json' }, JSON.stringify(body));
}
