// Uses the client that `npm run test:client` generates from /docs-json. It must compile under the strictest settings.
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

const [, , baseUrl = '', callerKey = '', adminKey = ''] = process.argv;
const client = createClient<paths>({ baseUrl });

const lead: components['schemas']['ExecutionRequestDto'] = {
  token: `generated-client-${process.pid}-${Date.now()}`,
  // Nobody listens there: what is proven here is the request.
  callbackUrl: 'http://127.0.0.1:9/callback',
  objectData: {
    objectType: 'lead',
    objectContext: { leadId: 4711, leadData: { email: 'ada.lovelace@example.com', firstName: 'Ada' } },
    flowStepContext: { step: 'score' },
  },
  context: {
    subscription: { imsOrgId: 'TESTORG@AdobeOrg' },
    journey: { id: 'journey-7', name: 'Welcome' },
    admin: { region: 'emea' },
    globalAttributes: {},
  },
  actionConfig: { timeout: 60, pathConfig: [{ pathId: 'default', pathDefinition: [] }] },
  customHeaders: { 'x-tier': 'gold' },
  enableSplitPaths: true,
};

const submitted = await client.POST('/submitAsyncAction', { body: lead, headers: { 'x-api-key': callerKey } });
if (submitted.error !== undefined) fail('the request was refused', submitted.error.message);
const { requestId, status } = submitted.data;
console.log(`submitted: ${status} as ${requestId}`);

const admin = { authorization: `Bearer ${adminKey}` };
const found = await client.GET('/admin/actions/{id}', { params: { path: { id: requestId } }, headers: admin });
if (found.error !== undefined) fail('the action was not found', found.error.title);
const [delivery] = found.data.deliveries;
const excerpt: string | undefined = delivery?.attempts[0]?.excerpt?.content;
console.log(`found: ${found.data.state}, crashes ${found.data.crashCount}, excerpt ${excerpt ?? 'none'}`);

const refused = await client.POST('/submitAsyncAction', {
  body: { ...lead, callbackUrl: 'ftp://x' },
  headers: { 'x-api-key': callerKey },
});
if (refused.error === undefined) fail('a callbackUrl of ftp was accepted', '');
const field: string | undefined = refused.error.details[0]?.field;
console.log(`refused: ${refused.response.status} ${refused.error.code} ${field ?? ''}`);

const ready = await client.GET('/health/ready');
console.log(`health: ${ready.data?.status ?? ready.error?.status ?? 'none'}`);

function fail(what: string, why: string): never {
  console.error(`${what}: ${why}`);
  process.exit(1);
}
