import { describe, expect, it } from 'vitest';
import type { BacklogGauge, Overload } from '../../actions/backlog-gauge.js';
import type { Catalog } from '../../catalog/catalog.js';
import { RequestError } from '../../http/request-error.js';
import { testConfig } from '../../intake/intake.fixtures.js';
import { AddressPolicy } from '../../security/address-policy.js';
import type { CallResult, NewAsyncCall, SubmittedCall } from '../async-call.js';
import { CreateCalls } from './create-calls.js';
import { ResponseAddresses } from './response-address.js';
import { renderSoapError, toSoapFault } from '../soap/soap-fault.js';
import { readSoapMessage } from '../soap/soap-message.js';
import type { StoredAsyncCalls } from '../stored-async-calls.js';
import { SOAP_1_1, SOAP_1_2 } from '../soap/soap-version.js';
import type { XmlElement } from '../soap/xml-element.js';

/** Keeps what it is given; results come when a test says so. */
class MemoryCalls {
  readonly taken: NewAsyncCall[] = [];
  refuse: SubmittedCall | null = null;
  finish: ((result: CallResult | null) => void)[] = [];

  submit(call: NewAsyncCall): Promise<SubmittedCall> {
    this.taken.push(call);
    return Promise.resolve(this.refuse ?? { kind: 'queued', requestId: `r${this.taken.length}` });
  }

  waitFor(): Promise<CallResult | null> {
    return new Promise((resolve) => this.finish.push(resolve));
  }
}

async function requestOf(options: string): Promise<XmlElement> {
  const xml =
    '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>' +
    `<CreateRequest xmlns="http://exacttarget.com/wsdl/partnerAPI"><Options>${options}</Options>` +
    '<Objects xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="Subscriber"><EmailAddress>a</EmailAddress>' +
    '</Objects></CreateRequest></Body></Envelope>';
  return (await readSoapMessage(Buffer.from(xml))).operation;
}

function world(): { calls: MemoryCalls; create: CreateCalls; overload: { now: Overload | null } } {
  const definition = { enabled: true, asyncCalls: { objectType: 'Subscriber', fields: new Map(), maxObjects: 10 } };
  const catalog = {
    all: () => [definition],
    forAsyncObjectType: (type: string) => (type === 'Subscriber' ? definition : null),
  } as unknown as Catalog;
  const config = testConfig();
  const overload: { now: Overload | null } = { now: null };
  const calls = new MemoryCalls();
  const addresses = new ResponseAddresses(new AddressPolicy(config), config);
  const gauge = { overload: () => overload.now } as BacklogGauge;
  return {
    calls,
    create: new CreateCalls(catalog, calls as unknown as StoredAsyncCalls, addresses, gauge, config),
    overload,
  };
}

const ASYNC = '<RequestType>Asynchronous</RequestType>';

async function thrownBy(work: Promise<unknown>): Promise<RequestError> {
  return work.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(RequestError);
      return error as RequestError;
    },
  );
}

describe('CreateCalls', () => {
  it('takes nothing while the backlog is too large, and says when to come back', async () => {
    const { calls, create, overload } = world();
    overload.now = { reason: 'it is too much', retryAfterSeconds: 30 };
    const error = await thrownBy(create.create('c', await requestOf(ASYNC)));
    expect([error.status, error.retryAfterSeconds, calls.taken]).toEqual([429, 30, []]);
    const rendered = renderSoapError(toSoapFault(SOAP_1_1, error), 'id');
    expect([rendered.status, rendered.contentType]).toEqual([429, 'text/xml; charset=utf-8']);
    expect(rendered.body).toContain('<faultcode>soap:Server</faultcode><faultstring>Try again later: it is too much.');
  });

  it('lets a hundred wait at a time, and takes one more when one is done', async () => {
    const { calls, create } = world();
    const request = await requestOf('');
    const waiting = Array.from({ length: 100 }, () => create.create('c', request));
    const error = await thrownBy(create.create('c', request));
    expect([error.status, calls.taken.length]).toEqual([503, 100]);
    expect(renderSoapError(toSoapFault(SOAP_1_2, error), 'an-id').body).toContain(
      '<soap:Detail><requestId>an-id</requestId></soap:Detail>',
    );
    // A client that does not wait is taken all the same.
    expect(await create.create('c', await requestOf(ASYNC))).toContain('Queued');
    for (const finish of calls.finish)
      finish({ requestId: 'r1', correlationId: null, overallStatus: 'OK', objects: [] });
    expect(await Promise.all(waiting)).toHaveLength(100);
    const next = create.create('c', request);
    await new Promise(setImmediate);
    calls.finish.at(-1)?.(null);
    expect(await next).toContain('<ErrorCode>203</ErrorCode>');
  });

  it('shows what the tables know to be wrong', async () => {
    const { calls, create } = world();
    calls.refuse = { kind: 'refused', problem: { code: 214, message: 'SequenceCode <1> has been used.' } };
    const answer = await create.create('c', await requestOf(ASYNC));
    expect(answer).toContain('<StatusMessage>SequenceCode &lt;1&gt; has been used.</StatusMessage>');
    expect(answer).toContain('<ErrorCode>214</ErrorCode>');
  });

  it('reads a call as it is meant', async () => {
    const { calls, create } = world();
    await create.create('client', await requestOf(`${ASYNC}<ScheduledTime>2026-01-01T00:00:00+01:00</ScheduledTime>`));
    expect(calls.taken).toEqual([
      {
        clientId: 'client',
        objectType: 'Subscriber',
        objects: [{ ordinal: 0, properties: { EmailAddress: 'a' } }],
        responses: [],
        part: null,
        priority: 'Medium',
        scheduledAtMs: Date.UTC(2025, 11, 31, 23),
        expiresAtMs: null,
        correlationId: null,
      },
    ]);
  });
});

it.each([
  [400, SOAP_1_1, 500],
  [400, SOAP_1_2, 400],
  [422, SOAP_1_1, 500],
  [401, SOAP_1_1, 401],
  [404, SOAP_1_1, 404],
  [413, SOAP_1_2, 413],
  [500, SOAP_1_1, 500],
  [503, SOAP_1_1, 503],
])('a fault of status %i in %o is sent with %i', (status, version, sent) => {
  const error = toSoapFault(version, new RequestError(status, 'INVALID_REQUEST', 'x < y'));
  const rendered = renderSoapError(error, 'id');
  expect([rendered.status, rendered.body.includes('x &lt; y') || status === 404]).toEqual([sent, true]);
});
