import type { AppConfig } from './config.js';
import type { Secrets } from './secrets.js';

/** Configuration as one object for a log line: groups shown, secrets only as configured or not. */
export function describeConfig(config: AppConfig, secrets: Secrets): Record<string, unknown> {
  const configured = Object.fromEntries(
    Object.entries(secrets).map(([name, value]: [string, unknown]) => [
      name,
      { configured: Array.isArray(value) ? value.length > 0 : value instanceof Map ? value.size > 0 : value !== null },
    ]),
  );
  return { ...config, secrets: configured };
}

/**
 * A complete command that submits one lead, ready to paste into a shell: it carries the caller's key, so it is
 * printed in development only. Every paste is a new request, because its token takes the time.
 */
export function renderCurl(config: AppConfig, secrets: Secrets): string {
  const { query, options } = renderAuthentication(config, secrets);
  const body = JSON.stringify({
    token: 'TOKEN',
    callbackUrl: `${config.ims.baseUrl}/callbacks/curl`,
    objectData: {
      objectType: 'lead',
      objectContext: {
        leadId: 1001,
        leadData: { email: 'ada.lovelace@example.com', firstName: 'Ada', lastName: 'Lovelace', company: 'Example Ltd' },
      },
      flowStepContext: {},
    },
    context: { subscription: { imsOrgId: config.ims.orgIds?.[0] ?? '5F1A2B3C4D5E6F7A0A49412C@AdobeOrg' } },
  });
  return [
    `curl -sS -X POST ${quote(`${config.http.publicUrl}/submitAsyncAction${query}`)}`,
    ...options,
    `-H 'Content-Type: application/json'`,
    `-d ${quote(body).replace('"TOKEN"', `"curl-'"$(date +%s)"'"`)}`,
  ].join(' \\\n  ');
}

function renderAuthentication(config: AppConfig, secrets: Secrets): { query: string; options: string[] } {
  const [key = ''] = secrets.inboundApiKeys;
  const [user] = secrets.inboundBasicUsers;
  const { auth, apiKeyIn, apiKeyName } = config.inbound;
  switch (auth) {
    case 'basic':
      return { query: '', options: user === undefined ? [] : [`-u ${quote(`${user.username}:${user.password}`)}`] };
    case 'oauth2':
      // No client is made by itself: the reader fetches a token first.
      return { query: '', options: ['-H "Authorization: Bearer $ACCESS_TOKEN"'] };
    case 'apiKey':
      return apiKeyIn === 'query'
        ? { query: `?${encodeURIComponent(apiKeyName)}=${encodeURIComponent(key)}`, options: [] }
        : { query: '', options: [`-H ${quote(`${apiKeyName}: ${key}`)}`] };
    default:
      return auth satisfies never;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
