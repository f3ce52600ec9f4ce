import { Injectable } from '@nestjs/common';
import { RequestError } from '../../http/request-error.js';
import { CredentialBrake } from '../../security/credential-brake.js';
import { hashOf, matchesHash, newSecret } from '../../security/issued-secrets.js';
import type { SessionRequest, SessionToken } from './eqp-session.dto.js';
import { type EqpApplicationRow, EqpSessionsRepository, type EqpSessionUser } from './eqp-sessions.repository.js';

const LIFE_SECONDS = 7_200;
const LIFE_MAX_SECONDS = 86_400;

/** The credentials that an application presents, and its address. */
export interface PresentedApplication {
  readonly appId: string;
  readonly appSecret: string;
  readonly from: string;
}

/** Opens sessions for applications and finds the user of a token; any number of them live at once. */
@Injectable()
export class EqpSessions {
  private readonly brake = new CredentialBrake();

  constructor(private readonly repository: EqpSessionsRepository) {}

  /** @throws RequestError 401 for unknown credentials, 403 when their user is disabled, 429 after too many wrong ones. */
  async authenticate({ appId, appSecret, from }: PresentedApplication): Promise<EqpApplicationRow> {
    const attempt = { clientId: appId, from };
    this.brake.check(attempt);
    // Ours look like this; of anything else Postgres need not be asked, and could not always be.
    const application = /^[\w-]{1,64}$/.test(appId) ? await this.repository.findApplication(appId) : null;
    const isRight = matchesHash(appSecret, application?.secret_hash ?? null);
    if (application === null || !isRight) {
      this.brake.noteWrong(attempt);
      throw new RequestError(401, 'UNAUTHORIZED', 'The application id or the application secret is wrong.', {
        challenge: 'Basic realm="eqp"',
      });
    }
    this.brake.noteRight(attempt);
    if (application.state === 'disabled') throw new RequestError(403, 'FORBIDDEN', 'This user is disabled.');
    return application;
  }

  async open(application: EqpApplicationRow, request: SessionRequest): Promise<SessionToken> {
    const expiresIn = Math.min(request.expires_in ?? LIFE_SECONDS, LIFE_MAX_SECONDS);
    const ust = newSecret();
    await this.repository.insert(hashOf(ust), application.id, expiresIn);
    return { mage_id: application.mage_id, ust, expires_in: expiresIn };
  }

  /** Null for a token that is no session's. */
  findUser(ust: string): Promise<EqpSessionUser | null> {
    return this.repository.findUser(hashOf(ust));
  }
}
