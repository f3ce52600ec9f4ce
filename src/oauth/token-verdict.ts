import { errors } from 'jose';
import type { TokenRefusal } from '../security/access-tokens.js';

const CLAIMS: Readonly<Record<string, TokenRefusal>> = Object.freeze({
  iss: 'issuer',
  aud: 'audience',
  nbf: 'not-yet',
});

/** Why jose refuses a token. @throws the error itself where it is about something else than the token. */
export function refusalOf(error: unknown): TokenRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error);
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) return 'algorithm';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'key';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'malformed';
  throw error;
}

function claimRefusal({ claim, reason }: errors.JWTClaimValidationFailed): TokenRefusal {
  // A claim that is not there, or no text or number, cannot be compared.
  if (reason === 'missing' || reason === 'invalid') return 'claims';
  // Issued in the future: its issuer's clock, as with nbf.
  if (claim === 'iat') return 'not-yet';
  return CLAIMS[claim] ?? 'claims';
}
