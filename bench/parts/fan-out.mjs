// One event to a thousand registrations, each a destination of its own and all at one origin: of a company over http, which
// shows the engine, and of a Commerce EQP user over https, which EQP demands and where a TLS handshake comes on top.
import { join } from 'node:path';
import { request } from 'undici';
import { v7 as uuidv7 } from 'uuid';
import { nowMs } from '../clock.mjs';
import { startService } from '../contenders.mjs';
import { eventPath } from '../lead.mjs';
import { profileRound } from '../profiling.mjs';
import { alternate, difference, snapshot } from '../rounds.mjs';
import { createTestCa } from '../test-ca.mjs';

const REGISTRATIONS = 1_000;
const LATE_MS = 200;
const EVENT_WITHIN_MS = 60_000;
const COMPANY = 'bench';

/** Deliveries a second from the moment an administrator publishes until the last receiver has heard of it. */
export async function measureFanOutPart(world, { fanOutEvents }) {
  const ca = await createTestCa(world.folder);
  const { port } = await world.sink.ask({ kind: 'secure', certificate: ca.server }, 'secured');
  return world.with([() => startService(world, { env: { NODE_EXTRA_CA_CERTS: ca.file } })], async (service) => {
    const api = new Api(world, service);
    const epoch = world.nextEpoch();
    const publishers = {
      'companies, http': await registerCompany(world, service, api, epoch),
      'eqp, https': await registerEqp(api, epoch, port),
    };
    const measure = Object.fromEntries(
      Object.entries(publishers).map(([name, publish]) => [name, () => measureEvent(world, service, epoch, publish)]),
    );
    const firstPerSecond = {};
    for (const [name, measureOne] of Object.entries(measure)) firstPerSecond[name] = (await measureOne()).perSecond;
    const { sides } = await alternate(world, fanOutEvents, measure);
    for (const [name, measureOne] of Object.entries(measure)) {
      await profileRound(world, service, `fan-out-${name.slice(0, 3)}`, measureOne);
    }
    return { registrations: REGISTRATIONS, firstPerSecond, sides };
  });
}

/** @returns what publishes an event to all of them */
async function registerEqp(api, epoch, port) {
  const { mage_id: id, app_id: app, app_secret: secret } = await api.admin('POST', '/admin/eqp/users', {});
  const basic = { authorization: `Basic ${Buffer.from(`${app}:${secret}`).toString('base64')}` };
  const { ust } = await api.call('POST', '/rest/v1/app/session/token', basic, { grant_type: 'session' });
  const callbacks = Array.from({ length: REGISTRATIONS }, (_, number) => ({
    name: `callback ${number}`,
    url: `https://127.0.0.1:${port}${eventPath('s', epoch, number)}`,
    username: `user-${number}`,
    password: `password-${number}`,
  }));
  const session = { authorization: `Bearer ${ust}` };
  await api.call('PUT', `/rest/v1/users/${id}`, session, { api_callbacks: callbacks });
  return () =>
    api.admin('POST', '/admin/eqp/events', {
      mage_id: id,
      callback_event: 'malware_scan_complete',
      update_info: { file_upload_id: 'upload-1', tool_result: 'passed', submission_ids: [] },
    });
}

/**
 * A company may register one URL per event and qualifier, so a thousand for one event are more than the API lets
 * anybody have: they are written into the table, and everything from the event on is the service's own way.
 */
async function registerCompany(world, service, api, epoch) {
  await api.admin('POST', '/admin/companies', { company_id: COMPANY });
  const { destinationOf } = await import(join(world.dist, 'src', 'delivery', 'destination.js'));
  const rows = Array.from({ length: REGISTRATIONS }, (_, number) => {
    const [id, url] = [uuidv7(), `${world.sinkUrl}${eventPath('p', epoch, number)}`];
    return {
      id,
      url,
      callbackId: `b${String(number).padStart(7, '0')}`,
      destination: destinationOf('companies', id, url),
    };
  });
  await world.query(service.databaseUrl, INSERT_REGISTRATIONS, [
    rows.map(({ id }) => id),
    rows.map(({ url }) => url),
    rows.map(({ callbackId }) => callbackId),
    rows.map(({ destination }) => destination.id),
  ]);
  const entity = { person: { person_id: '7', external_person_id: '7', email: 'ada.lovelace@example.com' } };
  return () => api.admin('POST', `/admin/companies/${COMPANY}/events`, { event_type: 'person_updated', entity });
}

const INSERT_REGISTRATIONS = `INSERT INTO company_callbacks (id, company, callback_id, event_type, qualifier_key, url, method,
    content_type, start_date, destination_id, created_at, updated_at)
  SELECT t.id, k.id, t.callback_id, 'person_updated', t.callback_id, t.url, 'POST', 'application/json',
         now() - interval '1 hour', t.destination_id, now(), now()
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS t(id, url, callback_id, destination_id) CROSS JOIN companies k`;

async function measureEvent(world, service, epoch, publish) {
  await world.sink.ask({ kind: 'expect', epoch, count: REGISTRATIONS }, 'expecting');
  const before = snapshot(world, service);
  const complete = world.sink.next('complete', EVENT_WITHIN_MS);
  // Awaited below; until then a failure to publish comes first.
  complete.catch(() => undefined);
  const startedAtMs = nowMs();
  await publish();
  const { lastAtMs } = await complete;
  const after = snapshot(world, service);
  await world.pause(LATE_MS);
  const { duplicates, wrong, examples } = await world.sink.ask({ kind: 'report' }, 'report');
  const problems = [
    ...(duplicates > 0 ? [`${duplicates} delivered twice`] : []),
    ...(wrong > 0 ? [`${wrong} wrong: ${examples.join(', ')}`] : []),
  ];
  const elapsedMs = lastAtMs - startedAtMs;
  return {
    perSecond: (REGISTRATIONS / elapsedMs) * 1000,
    elapsedMs,
    ...difference(before, after, service, REGISTRATIONS),
    problems,
  };
}

/** The service's HTTP API, as an administrator and as whoever else. */
class Api {
  constructor(world, service) {
    this.base = `http://127.0.0.1:${service.target.port}`;
    this.adminHeaders = { authorization: `Bearer ${world.adminKey}` };
  }

  admin(method, path, body) {
    return this.call(method, path, this.adminHeaders, body);
  }

  async call(method, path, headers, body) {
    const answer = await request(this.base + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path} was answered with ${answer.statusCode}: ${text}`);
    return text === '' ? {} : JSON.parse(text);
  }
}
