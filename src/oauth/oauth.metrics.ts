import { Counter } from 'prom-client';
import { startAtZero } from '../counters/zero-series.js';
import { TOKEN_REFUSALS } from '../security/access-tokens.js';

/** Requests for an access token of ours, by outcome: `issued`, `refused`, `slowed`. */
export const tokenRequests = new Counter({
  name: 'ricochet_oauth_token_requests_total',
  help: 'Requests for an access token at /oauth2/token, by outcome',
  labelNames: ['outcome'] as const,
});

/** Access tokens that callers brought and that were refused, by reason. */
export const tokensRefused = new Counter({
  name: 'ricochet_oauth_tokens_refused_total',
  help: 'Access tokens of callers that were refused, by reason',
  labelNames: ['reason'] as const,
});

/** Readings of the external issuer: its metadata and its keys. */
export const issuerFetches = new Counter({
  name: 'ricochet_oauth_issuer_fetches_total',
  help: 'Readings of the metadata and the keys of OAUTH_ISSUER, by outcome',
  labelNames: ['outcome'] as const,
});

startAtZero(tokenRequests, { outcome: ['issued', 'refused', 'slowed'] });
startAtZero(tokensRefused, { reason: TOKEN_REFUSALS });
startAtZero(issuerFetches, { outcome: ['read', 'failed'] });
