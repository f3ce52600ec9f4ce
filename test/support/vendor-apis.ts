import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that an API got. */
export interface VendorRequest {
  readonly host: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

type Answer = readonly [status: number, body: unknown];

const HUBSPOT_CONTACTS: readonly Readonly<Record<string, string>>[] = [
  { email: 'ingrid.halvorsen@northwindpumps.com', lifecyclestage: 'opportunity', hubspot_owner_id: '2201' },
  { email: 'tomas.pereira@northwindpumps.com', lifecyclestage: 'customer', hubspot_owner_id: '2202' },
];

/** Answers as the vendors' documents print them, cut to the parts around those that services read. */
const APIS: Readonly<Record<string, (request: VendorRequest) => Answer>> = {
  'api.peopledatalabs.com/v5/company/enrich': ({ query, headers }) => {
    if (headers['x-api-key'] !== 'secret-pdl-key')
      return [401, { status: 401, error: { type: 'authentication_error' } }];
    if (query['website'] !== 'northwindpumps.com') {
      return [
        404,
        { status: 404, error: { type: 'not_found', message: 'No records were found matching your request' } },
      ];
    }
    const location = { name: 'rotterdam, south holland, netherlands', country: 'netherlands', continent: 'europe' };
    const company = { name: 'northwind pumps', size: '1001-5000', employee_count: 1840, founded: 1962, location };
    return [200, { status: 200, likelihood: 6, ...company, industry: 'industrial machinery' }];
  },
  'api.apollo.io/api/v1/organizations/enrich': ({ query, headers }) => {
    if (headers['x-api-key'] !== 'secret-apollo-key') return [401, 'Invalid access credentials.'];
    if (query['domain'] !== 'lumenworks.io') return [200, {}];
    const organization = { name: 'Lumen Works', primary_domain: 'lumenworks.io', estimated_num_employees: 85 };
    return [200, { organization: { ...organization, industry: 'software', founded_year: 2015, country: 'Portugal' } }];
  },
  'api.hubapi.com/crm/v3/objects/contacts/batch/read': ({ headers, body }) => {
    if (headers.authorization !== 'Bearer secret-hubspot-token')
      return [401, { status: 'error', category: 'INVALID_AUTHENTICATION' }];
    const wanted = (body as { inputs: { id: string }[] }).inputs.map(({ id }) => id);
    const results = HUBSPOT_CONTACTS.flatMap((contact, index) =>
      wanted.includes(contact['email'] ?? '')
        ? [
            {
              id: String(5101 + index),
              properties: { ...contact, hs_object_id: String(5101 + index) },
              archived: false,
            },
          ]
        : [],
    );
    const numErrors =
      results.length === wanted.length ? {} : { numErrors: 1, errors: [{ category: 'OBJECT_NOT_FOUND' }] };
    return [results.length === wanted.length ? 200 : 207, { status: 'COMPLETE', results, ...numErrors }];
  },
};

/** The APIs that shipped services ask, on loopback: `<url>/<host>/<path>` stands for `https://<host>/<path>`. */
export class VendorApis {
  readonly requests: VendorRequest[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<VendorApis> {
    const server = createServer((request, response) => {
      void apis.answer(request).then(([status, body]) => {
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    const apis = new VendorApis(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return apis;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async answer(incoming: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://loopback');
    const [, host = '', ...rest] = pathname.split('/');
    const request: VendorRequest = {
      host,
      path: `/${rest.join('/')}`,
      query: Object.fromEntries(searchParams),
      headers: incoming.headers,
      body: text === '' ? null : JSON.parse(text),
    };
    this.requests.push(request);
    const api = APIS[`${host}${request.path}`];
    return api === undefined ? [501, { message: `there is no API ${host}${request.path} here` }] : api(request);
  }
}
