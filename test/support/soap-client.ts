import { request } from 'undici';
import { type Answer, call, TEST_ADMIN_KEY } from './app.js';

export const SOAP_1_1 = 'http://schemas.xmlsoap.org/soap/envelope/';
export const SOAP_1_2 = 'http://www.w3.org/2003/05/soap-envelope';
export const PARTNER_API = 'http://exacttarget.com/wsdl/partnerAPI';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** What every answer begins and ends with. */
export const ANSWER_HEAD =
  '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" ' +
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>';
export const ANSWER_TAIL = '</soap:Body></soap:Envelope>';

/** An answer in XML, as text. */
export interface SoapAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

export interface Sending {
  readonly headers?: Record<string, string>;
  /** Null sends no SOAPAction. */
  readonly action?: string | null;
}

/** A client of the SOAP API that writes its XML itself. */
export class SoapClient {
  private constructor(
    readonly url: string,
    readonly clientId: string,
    readonly clientSecret: string,
    public token: string,
  ) {}

  /** Creates a client and gets it a token. */
  static async create(url: string, name = 'test'): Promise<SoapClient> {
    const created = await admin(url, 'POST', '/admin/async-clients', { name });
    if (created.status !== 201) throw new Error(`no client: ${created.status} ${JSON.stringify(created.body)}`);
    const { client_id, client_secret } = created.body as { client_id: string; client_secret: string };
    const client = new SoapClient(url, client_id, client_secret, '');
    client.token = (await client.signIn()).body['access_token'] as string;
    return client;
  }

  signIn(secret = this.clientSecret): Promise<Answer> {
    const body = { grant_type: 'client_credentials', client_id: this.clientId, client_secret: secret };
    return call('POST', `${this.url}/v2/token`, {}, body);
  }

  envelope(body: string): string {
    return envelopeOf(body, this.token);
  }

  /** Sends a whole document. */
  post(document: string | Buffer, { headers = {}, action = null }: Sending = {}): Promise<SoapAnswer> {
    return post(this.url, document, {
      'content-type': 'text/xml',
      ...(action !== null && { soapaction: action }),
      ...headers,
    });
  }

  create(options: string, objects: string): Promise<SoapAnswer> {
    return this.post(this.envelope(createRequest(options, objects)), { action: 'Create' });
  }

  retrieve(type: string, inside = ''): Promise<SoapAnswer> {
    return this.post(this.envelope(retrieveRequest(type, inside)), { action: 'Retrieve' });
  }
}

export function envelopeOf(body: string, token: string): string {
  return (
    `<Envelope xmlns="${SOAP_1_1}" xmlns:xsi="${XSI}"><Body>${body}</Body>` +
    `<Header><fueloauth xmlns="http://exacttarget.com">${token}</fueloauth></Header></Envelope>`
  );
}

export function createRequest(options: string, objects: string): string {
  return `<CreateRequest xmlns="${PARTNER_API}"><Options>${options}</Options>${objects}</CreateRequest>`;
}

export function retrieveRequest(type: string, inside = ''): string {
  const request = `<RetrieveRequest><ObjectType>${type}</ObjectType>${inside}</RetrieveRequest>`;
  return `<RetrieveRequestMsg xmlns="${PARTNER_API}">${request}</RetrieveRequestMsg>`;
}

export function subscriber(email: string, more = ''): string {
  return `<Objects xsi:type="Subscriber"><EmailAddress>${email}</EmailAddress>${more}</Objects>`;
}

export function equals(property: string, value: string, tag = 'Filter'): string {
  return (
    `<${tag} xsi:type="SimpleFilterPart"><Property>${property}</Property>` +
    `<SimpleOperator>equals</SimpleOperator><Value>${value}</Value></${tag}>`
  );
}

/** Texts of all elements of a name, in order. */
export function textsOf(xml: string, name: string): string[] {
  const found = xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'g'));
  return [...found].map(([, text = '']) => text);
}

/** Text of the first element of a name; empty when there is none. */
export function textIn(xml: string, name: string): string {
  return textsOf(xml, name)[0] ?? '';
}

/** One POST to the SOAP endpoint. */
export async function post(
  url: string,
  document: string | Buffer,
  headers: Record<string, string>,
): Promise<SoapAnswer> {
  const answer = await request(`${url}/Service.asmx`, { method: 'POST', headers, body: document });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

/** One request with the admin key. */
export function admin(url: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
  return call(method, url + path, { authorization: `Bearer ${TEST_ADMIN_KEY}` }, body);
}
