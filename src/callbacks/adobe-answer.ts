import type { ErrorClass } from '../delivery/answer.js';

/** Why Adobe will never take a callback, in words for the person on call. */
export interface AdobeRefusal {
  readonly errorClass: ErrorClass;
  readonly reason: string;
}

/**
 * Reads an HTTP status of Adobe's callback endpoint.
 * @returns null when the status is no refusal for good: success, throttling (429), 408, 425 and the 5xx.
 */
export function readAdobeRefusal(status: number): AdobeRefusal | null {
  if (status < 300 || status >= 500) return null;
  if (status < 400) {
    return {
      errorClass: 'redirect',
      reason:
        `Adobe answered with a redirect (${status}); redirects are never followed, because the request carries an access ` +
        'token. Check the callbackUrl of the request, and any proxy on the way.',
    };
  }
  switch (status) {
    case 408:
    case 425:
    case 429:
      return null;
    case 400:
      return {
        errorClass: 'client_error',
        reason:
          'Adobe refused the body (400). Compare it with the service definition Adobe knows: after a change the service ' +
          "has to be refreshed in Adobe's administration.",
      };
    case 401:
      return {
        errorClass: 'auth',
        reason:
          'Adobe refused two access tokens in a row (401). Check that the credential still belongs to the organisation ' +
          'and that its scopes are complete.',
      };
    case 403:
      return {
        errorClass: 'auth',
        reason:
          'Adobe forbids the callback (403). Check the API key, the organisation, and that the product is assigned to ' +
          'the credential.',
      };
    case 404:
      return {
        errorClass: 'client_error',
        reason: 'Adobe does not know the callback (404). The journey, or its step, probably no longer exists.',
      };
    case 410:
      return {
        errorClass: 'client_error',
        reason:
          'The callback is gone (410). The person probably left the step already: compare the times in the history.',
      };
    default:
      return {
        errorClass: 'client_error',
        reason: `Adobe refused the callback (${status}). The excerpt of its answer is kept with the attempt.`,
      };
  }
}
