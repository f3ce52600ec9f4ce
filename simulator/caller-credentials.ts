import { request } from 'undici';

/** How the player proves who it is: a caller's key, an OAuth 2.0 client, or nothing. */
export type CallerCredentials = string | OAuthClient | null;

/** Tokens are renewed this long before they end. */
const RENEW_BEFORE_MS = 30_000;

interface TokenFlow {
  readonly tokenUrl: string;
  readonly grantTypeName: string;
  readonly clientIdName: string;
  readonly clientSecretName: string;
}

/** Headers that carry the credentials to a service; `base` is where it and its openapi.json are. */
export async function credentialHeaders(credentials: CallerCredentials, base: string): Promise<Record<string, string>> {
  if (credentials === null) return {};
  if (typeof credentials === 'string') return { 'x-api-key': credentials };
  return { authorization: `Bearer ${await credentials.token(base)}` };
}

/**
 * A client of a service with the scheme oauth2. As Adobe does it: the service's openapi.json says where tokens come from
 * and under which names the client is asked for; a token is kept until shortly before it ends.
 */
export class OAuthClient {
  private readonly tokens = new Map<string, { readonly value: Promise<string>; readonly renewAtMs: number }>();
  /** How many tokens were fetched. */
  fetched = 0;

  constructor(
    private readonly clientId: string,
    private readonly clientSecret: string,
  ) {}

  async token(base: string): Promise<string> {
    const known = this.tokens.get(base);
    if (known !== undefined && performance.now() < known.renewAtMs) return known.value;
    const value = this.fetch(base);
    // Lanes that come meanwhile wait for the same one; how long it lives stands in the answer.
    const shared = value.then(({ token }) => token);
    // Without such a lane no code would handle its failure; this call handles its own.
    shared.catch(() => undefined);
    this.tokens.set(base, { value: shared, renewAtMs: Infinity });
    try {
      const { token, lifeMs } = await value;
      this.tokens.set(base, { value: Promise.resolve(token), renewAtMs: performance.now() + lifeMs - RENEW_BEFORE_MS });
      return token;
    } catch (error) {
      this.tokens.delete(base);
      throw error;
    }
  }

  private async fetch(base: string): Promise<{ token: string; lifeMs: number }> {
    const flow = await readFlow(base);
    const answer = await request(flow.tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: flow.grantTypeName,
        [flow.clientIdName]: this.clientId,
        [flow.clientSecretName]: this.clientSecret,
      }).toString(),
    });
    const body = (await answer.body.json()) as Readonly<Record<string, unknown>>;
    const { access_token: token, token_type: type, expires_in: seconds } = body;
    if (answer.statusCode !== 200)
      throw new Error(`${flow.tokenUrl} answered ${answer.statusCode}: ${String(body['error'])}`);
    if (typeof token !== 'string' || String(type).toLowerCase() !== 'bearer' || typeof seconds !== 'number') {
      throw new Error(`${flow.tokenUrl} answered no bearer token`);
    }
    this.fetched += 1;
    return { token, lifeMs: seconds * 1_000 };
  }
}

/** The one flow of client credentials that a document declares. */
async function readFlow(base: string): Promise<TokenFlow> {
  const answer = await request(`${base}/openapi.json`);
  const document = (await answer.body.json()) as {
    readonly components?: { readonly securitySchemes?: Readonly<Record<string, unknown>> };
  };
  const [scheme] = Object.values(document.components?.securitySchemes ?? {});
  const flow = (scheme as { flows?: { clientCredentials?: Readonly<Record<string, unknown>> } } | undefined)?.flows
    ?.clientCredentials;
  if (typeof flow?.['tokenUrl'] !== 'string') throw new Error(`${base}/openapi.json declares no client credentials`);
  return {
    tokenUrl: flow['tokenUrl'],
    grantTypeName: textOr(flow['x-grantTypeName'], 'client_credentials'),
    clientIdName: textOr(flow['x-clientIdName'], 'client_id'),
    clientSecretName: textOr(flow['x-clientSecretName'], 'client_secret'),
  };
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}
