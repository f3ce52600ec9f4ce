import { randomBytes } from 'node:crypto';
import type { SecretAad, SecretBox } from '../security/secret-box.js';

const HOUR = 60 * 60 * 1000;
/** How long a replaced secret still signs beside the new one. */
export const SECRET_OVERLAP_MS = 24 * HOUR;

const PREFIX = 'whsec_';
const NEW_KEY_BYTES = 32;
/** The lengths that the public specification allows for a symmetric key. */
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;

/** A secret by which a receiver checks signatures. The owner of the registration stores it encrypted. */
export interface SigningSecret {
  /** `whsec_<base64>`. */
  readonly secret: string;
  /** Unix milliseconds at which it was replaced; null: it is the current one. */
  readonly replacedAtMs: number | null;
}

/** Makes a secret of 256 random bits, `whsec_<base64>`. */
export function newSigningSecret(): string {
  return PREFIX + randomBytes(NEW_KEY_BYTES).toString('base64');
}

/**
 * Reads the key out of a `whsec_<base64>` secret.
 * @returns null when it is not exactly that, or its key is not 24 to 64 bytes long.
 */
export function readSigningKey(secret: string): Buffer | null {
  if (!secret.startsWith(PREFIX)) return null;
  const text = secret.slice(PREFIX.length);
  const key = Buffer.from(text, 'base64');
  // Buffer skips letters that are no base64: a mistyped secret would sign, and no receiver could verify.
  if (key.toString('base64') !== text) return null;
  return key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES ? key : null;
}

/** The secrets that sign at `nowMs`, the current one first: replaced ones go on for {@link SECRET_OVERLAP_MS}. */
export function liveSecrets(secrets: readonly SigningSecret[], nowMs: number): string[] {
  return secrets
    .filter((secret) => isLive(secret, nowMs))
    .sort((a, b) => (b.replacedAtMs ?? Infinity) - (a.replacedAtMs ?? Infinity))
    .map(({ secret }) => secret);
}

/** Replaces the current secret, keeps it for the overlap, and forgets those after their overlap. */
export function rotateSecrets(
  secrets: readonly SigningSecret[],
  nowMs: number,
  secret = newSigningSecret(),
): SigningSecret[] {
  const replaced = secrets.map((one) => (one.replacedAtMs === null ? { ...one, replacedAtMs: nowMs } : one));
  return [{ secret, replacedAtMs: null }, ...replaced.filter((one) => isLive(one, nowMs))];
}

/** A secret to show once, and what is stored of it and of those before. */
export interface NewSigning {
  readonly secret: string;
  readonly sealed: string;
}

/** The secrets that sign for a row; null when no configured key opens them. */
export function openSigning(box: SecretBox, sealed: string, place: SecretAad): SigningSecret[] | null {
  const text = box.openOrNull(sealed, place);
  return text === null ? null : (JSON.parse(text) as SigningSecret[]);
}

/** A new secret beside the one before, which signs for its overlap. @param before sealed; null: there is none. */
export function rotateSigning(box: SecretBox, before: string | null, place: SecretAad): NewSigning {
  // An unreadable secret cannot sign either: nothing is lost by forgetting it.
  const known = before === null ? [] : (openSigning(box, before, place) ?? []);
  const secret = newSigningSecret();
  return { secret, sealed: box.seal(JSON.stringify(rotateSecrets(known, Date.now(), secret)), place) };
}

function isLive({ replacedAtMs }: SigningSecret, nowMs: number): boolean {
  return replacedAtMs === null || nowMs < replacedAtMs + SECRET_OVERLAP_MS;
}
