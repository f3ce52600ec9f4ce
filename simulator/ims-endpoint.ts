import { randomBytes } from 'node:crypto';

export interface ImsAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ImsClient {
  readonly clientId: string;
  /** A credential has up to two secrets; any of them is accepted. */
  readonly secrets: readonly string[];
  readonly tokenLifetimeSeconds: number;
}

/** Plays Adobe's identity service: gives out access tokens and later knows its own. Tokens live in memory only. */
export class ImsEndpoint {
  /** How often somebody asked for a token, successfully or not. */
  tokenRequests = 0;
  private readonly expiryByToken = new Map<string, number>();

  constructor(private readonly client: ImsClient) {}

  /** Answers `POST /ims/token/v3`; `form` is the url-encoded body. */
  issueToken(form: string): ImsAnswer {
    this.tokenRequests += 1;
    const fields = new URLSearchParams(form);
    const clientId = fields.get('client_id');
    const secret = fields.get('client_secret');
    if (fields.get('grant_type') !== 'client_credentials') {
      return refusal('invalid_request', 'grant_type must be client_credentials');
    }
    if (!clientId || !secret) return refusal('invalid_request', 'client_id and client_secret are required');
    if (clientId !== this.client.clientId) return refusal('invalid_client', 'unknown client_id');
    if (!this.client.secrets.includes(secret)) return refusal('invalid_client', 'invalid client_secret parameter');
    const token = randomBytes(48).toString('base64url');
    this.expiryByToken.set(token, Date.now() + this.client.tokenLifetimeSeconds * 1000);
    return {
      status: 200,
      body: { access_token: token, token_type: 'bearer', expires_in: this.client.tokenLifetimeSeconds },
    };
  }

  /** Why an Authorization header is not one of ours, as a sentence; null when it is good. */
  objectionTo(authorization: string | undefined): string | null {
    if (authorization === undefined) return 'header Authorization is missing';
    const token = /^Bearer (\S+)$/.exec(authorization)?.[1];
    if (token === undefined) return 'header Authorization is not "Bearer <token>"';
    const expiresAt = this.expiryByToken.get(token);
    if (expiresAt === undefined) return 'header Authorization carries a token this IMS endpoint never issued';
    return expiresAt > Date.now() ? null : 'header Authorization carries a token that has expired';
  }
}

function refusal(error: string, description: string): ImsAnswer {
  return { status: 400, body: { error, error_description: description } };
}
