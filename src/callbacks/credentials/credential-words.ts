import type { ImsAnswer } from '../ims-answer.js';
import { imsRemedy } from '../ims-remedy.js';
import type { CredentialTest, SecretTest } from './adobe-credentials.dto.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const WHO = ['newer', 'older'] as const;

/** The answers of IMS about the secrets of a credential, newer first, as administrators read them. */
export function tellTest(
  answers: readonly ImsAnswer[],
  secretCount: number,
  isStored: boolean,
): Pick<CredentialTest, 'outcome' | 'secrets' | 'message'> {
  const secrets = answers.map((answer, index): SecretTest => ({
    secret: WHO[index] ?? 'older',
    outcome: outcomeOf(answer),
    error: errorOf(answer),
  }));
  const token = answers.find((answer) => answer.kind === 'token');
  if (token?.kind === 'token') {
    const message = `${tellIssued(secrets, secretCount)} It is valid for ${asLife(token.lifeMs)}, and callbacks use it from now on.`;
    return { outcome: 'issued', secrets, message };
  }
  const away = secrets.find(({ outcome }) => outcome === 'unavailable');
  if (away !== undefined) {
    const message =
      `IMS gave no usable answer: ${away.error ?? 'unknown'}. The secret was neither accepted nor refused. ` +
      'Try again later. If this lasts, check the connection to IMS_BASE_URL, and the status page of Adobe.';
    return { outcome: 'unavailable', secrets, message };
  }
  const error = secrets[0]?.error ?? 'no_client_secret';
  const what = secretCount > 1 ? 'IMS refused the credential with either secret' : 'IMS refused the credential';
  const message = `${what}: ${error}. Callbacks of the organisation wait. To mend it, ${imsRemedy(error, isStored)}.`;
  return { outcome: 'refused', secrets, message };
}

function tellIssued(secrets: readonly SecretTest[], secretCount: number): string {
  const [newer, older] = secrets;
  if (secretCount < 2) return 'IMS issued an access token.';
  if (newer?.outcome !== 'issued') {
    return `IMS refused the newer secret (${newer?.error ?? 'unknown'}): check it. It issued an access token for the older one.`;
  }
  if (older?.outcome === 'issued') return 'IMS issued an access token for either secret.';
  const why = older?.error ?? 'it was not tried';
  return older?.outcome === 'refused'
    ? `IMS refused the older secret (${why}): remove it. It issued an access token for the newer one.`
    : `IMS gave no usable answer for the older secret (${why}). It issued an access token for the newer one.`;
}

function outcomeOf({ kind }: ImsAnswer): SecretTest['outcome'] {
  return kind === 'token' ? 'issued' : kind;
}

function errorOf(answer: ImsAnswer): string | null {
  switch (answer.kind) {
    case 'token':
      return null;
    case 'refused':
      return answer.error;
    case 'unavailable':
      return answer.reason;
  }
}

function asLife(ms: number): string {
  // Adobe's day is one second short.
  const hours = Math.round(ms / HOUR);
  if (hours >= 2) return `${hours} hours`;
  const minutes = Math.max(Math.round(ms / MINUTE), 1);
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}

/** The words for administrators who removed a credential. */
export function tellRemoval(callbacks: 'held' | 'default', waiting: number): string {
  const count =
    waiting === 0
      ? 'No callback of the organisation waits.'
      : waiting === 1
        ? 'One callback of the organisation waits.'
        : `${waiting} callbacks of the organisation wait.`;
  return callbacks === 'default'
    ? `${count} From now on the credential of ADOBE_CLIENT_ID speaks for it.`
    : `${count} From now on its callbacks are held until it has a credential again, and end at their deadlines. ` +
        'New requests are answered 403, unless ADOBE_IMS_ORG_IDS or a rule of the service names the organisation.';
}
