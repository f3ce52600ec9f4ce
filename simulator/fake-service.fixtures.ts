import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { parseWire, stringifyWire, isWireObject, type WireObject } from './lossless.js';
import { readContract, type EntityType, type ServiceContract } from './service-contract.js';
import { readSubmission, type Submission } from './submission.js';

/** Definitions as getServiceDefinition would send them; small, but with every kind of value. */
export const DEFINITIONS: Readonly<Record<EntityType, WireObject>> = {
  lead: definition('contact-quality', 'lead'),
  account: definition('account-profile', 'account'),
  accountPerson: definition('buying-group', 'accountPerson'),
};

function definition(apiName: string, entityType: EntityType): WireObject {
  return parseWire(
    JSON.stringify({
      apiName,
      supportedEntityType: entityType,
      enableSplitPaths: true,
      primaryAttribute: 'mode',
      invocationPayloadDef: {
        flowAttributes: [{ apiName: 'mode', dataType: 'string', required: true }],
        fields: [
          { serviceAttribute: 'email', dataType: 'string', required: true },
          { serviceAttribute: 'firstName', dataType: 'string' },
        ],
        accountFields: [{ serviceAttribute: 'companyName', dataType: 'string', required: true }],
        accessorsMetadata: [
          { accessorName: 'score', dataType: 'integer', constraints: { minValue: 0, maxValue: 100 } },
          { accessorName: 'grade', dataType: 'string', constraints: { allowedValues: ['A', 'B', 'C'] } },
          { accessorName: 'deliverable', dataType: 'boolean' },
        ],
      },
      callbackPayloadDef: {
        fields: [
          { serviceAttribute: 'email', dataType: 'string' },
          { serviceAttribute: 'checkedOn', dataType: 'date' },
          { serviceAttribute: 'checkedAt', dataType: 'datetime' },
          { serviceAttribute: 'ratio', dataType: 'float' },
        ],
        accountFields: [{ serviceAttribute: 'industry', dataType: 'string' }],
        attributes: [{ apiName: 'leadsAnalyzed', dataType: 'integer' }],
      },
    }),
  ) as WireObject;
}

/** The contract of one of the definitions. */
export function contractOf(entityType: EntityType): ServiceContract {
  return readContract(JSON.parse(stringifyWire(DEFINITIONS[entityType])));
}

/** A tiny service that acknowledges and calls back at once, retrying twice a second; `breakBody` may spoil the callback. */
export class FakeService {
  private readonly server: Server;
  private readonly accessToken: Promise<string>;
  private readonly pending = new Set<Promise<void>>();
  submissions = 0;
  /** How many of the first submissions are answered 429. */
  busy = 0;

  constructor(
    imsBase: string,
    private readonly breakBody: (body: string) => string = (body) => body,
    private readonly deliveries = 1,
  ) {
    this.accessToken = fetchToken(imsBase);
    this.server = createServer((incoming, response) => {
      void text(incoming).then(async (body) => {
        const [, , apiName, action] = (incoming.url ?? '').split('/');
        const type = (Object.keys(DEFINITIONS) as EntityType[]).find((key) => DEFINITIONS[key]['apiName'] === apiName);
        if (type === undefined) return void response.writeHead(404).end();
        if (action === 'getServiceDefinition') return void response.end(stringifyWire(DEFINITIONS[type]));
        this.submissions += 1;
        if (this.busy > 0) {
          this.busy -= 1;
          return void response.writeHead(429, { 'retry-after': '0' }).end('{"code":"RATE_LIMITED"}');
        }
        const requestId = `request-${this.submissions}`;
        response.end(JSON.stringify({ requestId, status: 'accepted', message: 'Request accepted for processing' }));
        const delivery = this.callBack(body, contractOf(type), requestId);
        this.pending.add(delivery);
        await delivery.finally(() => this.pending.delete(delivery));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.pending);
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async callBack(requestText: string, contract: ServiceContract, requestId: string): Promise<void> {
    const submission = readSubmission(requestText, contract);
    const url = (JSON.parse(requestText) as { callbackUrl: string }).callbackUrl;
    const headers = { ...validHeaders(submission, requestId), authorization: `Bearer ${await this.accessToken}` };
    const body = this.breakBody(stringifyWire(validBody(submission)));
    let delivered = 0;
    for (let attempt = 1; attempt <= 6 && delivered < this.deliveries; attempt += 1) {
      try {
        const answer = await request(url, { method: 'POST', headers, body });
        await answer.body.dump();
        if (answer.statusCode === 200) delivered += 1;
        if (answer.statusCode === 400) return;
      } catch {
        // The simulator drops connections on purpose: try again like a real service.
      }
      if (delivered < this.deliveries) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Every header of a valid callback but the bearer. */
export function validHeaders(submission: Submission, requestId: string): Record<string, string> {
  return {
    'x-callback-token': submission.token,
    'x-api-key': 'simulator',
    'x-request-id': requestId,
    'x-gw-ims-org-id': submission.imsOrgId ?? 'none',
    'content-type': 'application/json',
  };
}

/** A valid success for any submission. */
export function validBody(submission: Submission): object {
  const id = (text: string): string | bigint => (/^-?\d+$/.test(text) ? BigInt(text) : text);
  const accessorValues = { score: 80, grade: 'A', deliverable: true };
  const activityData = { success: true };
  const email = isWireObject(submission.sent) ? submission.sent['email'] : undefined;
  switch (submission.entityType) {
    case 'lead':
      return { objectData: [{ activityData, leadData: { id: id(submission.entityId), email, accessorValues } }] };
    case 'account':
      return {
        objectData: [
          { activityData, accountData: { id: id(submission.entityId), industry: 'Software', accessorValues } },
        ],
      };
    case 'accountPerson': {
      const numeric = /^-?\d+$/.test(submission.entityId);
      const accountId = numeric ? submission.entityId : (submission.people[0]?.accountId ?? submission.entityId);
      const accountPersonData = submission.people.map((person) => ({
        accountPersonRelId: id(person.relId),
        accountId: id(person.accountId),
        personId: id(person.personId),
        leadData: { checkedOn: '2026-02-28' },
        accessorValues,
      }));
      const accountData = { id: id(accountId), industry: 'Software' };
      return { objectData: [{ activityData: { success: true, leadsAnalyzed: 2 }, accountPersonData, accountData }] };
    }
  }
}

async function fetchToken(imsBase: string): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: 'simulator',
    client_secret: 'simulator-secret',
    scope: 'openid',
  };
  const answer = await request(`${imsBase}/ims/token/v3`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  const body = (await answer.body.json()) as { access_token: string };
  return body.access_token;
}
