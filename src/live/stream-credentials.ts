import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RequestError } from '../http/request-error.js';
import { AdminAuthenticator } from '../security/admin-authenticator.js';
import { POLL_HEADER, AdminSessions } from '../security/admin-sessions.js';

type CredentialRequest = Pick<FastifyRequest, 'headers' | 'method' | 'query'>;

/** The key or session of a stream, kept for as long as the stream is open. */
export interface StreamCredential {
  /** Opens nothing; the same for the same credential. */
  readonly name: string;
  readonly request: CredentialRequest;
}

/** Finds the streams of which the session or key is over. */
@Injectable()
export class StreamCredentials {
  constructor(
    private readonly sessions: AdminSessions,
    private readonly authenticator: AdminAuthenticator,
  ) {}

  of({ headers: { authorization, cookie }, query }: CredentialRequest): StreamCredential {
    const name = createHash('sha256')
      .update(JSON.stringify([authorization, cookie]))
      .digest('hex');
    // An open stream keeps no session alive, as an open tab does not.
    const headers = {
      [POLL_HEADER]: '1',
      ...(authorization !== undefined && { authorization }),
      ...(cookie !== undefined && { cookie }),
    };
    return { name, request: { headers, method: 'GET', query } };
  }

  /** The names of those that are over. While the database is away none is: nothing tells of changes then, either. */
  async findEnded(credentials: ReadonlySet<StreamCredential>): Promise<ReadonlySet<string>> {
    const byName = new Map([...credentials].map((credential) => [credential.name, credential]));
    const ended = new Set<string>();
    for (const [name, credential] of byName) if (!(await this.isGood(credential))) ended.add(name);
    return ended;
  }

  private async isGood({ request }: StreamCredential): Promise<boolean> {
    try {
      if (this.sessions.isMeantIn(request)) await this.sessions.authenticate(request);
      else await this.authenticator.authenticate(request);
      return true;
    } catch (error) {
      return !(error instanceof RequestError && error.status === 401);
    }
  }
}
