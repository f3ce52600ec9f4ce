import { createHmac, randomUUID } from 'node:crypto';

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

/**
 * Plays Adobe's identity service: gives out access tokens and later knows its own. A token says when it ends, so that the
 * next simulator knows it too: services keep tokens for a day, and memory alone would call them foreign after a restart.
 */
export class ImsEndpoint {
  /** How often somebody asked for a token, successfully or not. */
  tokenRequests = 0;

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
    const claims = `${randomUUID()}.${Date.now() + this.client.tokenLifetimeSeconds * 1000}`;
    const token = `${claims}.${this.sign(claims)}`;
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
    const [id = '', expiresAt = '', signature = ''] = token.split('.');
    if (signature !== this.sign(`${id}.${expiresAt}`)) {
      return 'header Authorization carries a token this IMS endpoint never issued';
    }
    return Number(expiresAt) > Date.now() ? null : 'header Authorization carries a token that has expired';
  }

  /** Tells the tokens of one client from those of another; there is nothing here to protect. */
  private sign(claims: string): string {
    return createHmac('sha256', this.client.clientId).update(claims).digest('base64url');
  }
}

function refusal(error: string, description: string): ImsAnswer {
  return { status: 400, body: { error, error_description: description } };
}
