import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LeftVersions } from '../src/lookup-tables/left-versions.js';
import { Drain } from '../src/queue/drain.js';
import { TableLookup } from '../src/lookup-tables/table-lookup.js';
import { connect, type RawConnection } from './support/raw-connection.js';
import { type RunningApp, startApp, TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { Records } from './support/records.js';
import { askTables, type CsvBody, putTable } from './support/tables.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let records: Records;
let service: RunningApp;
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  service = await startApp({ databaseUrl: database.url });
});
afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});
afterAll(async () => {
  await service.close();
  await database.drop(failed);
});

const put = (name: string, csv: CsvBody, query: Record<string, string | string[]> = {}) =>
  putTable(service.url, name, csv, query);
const ask = (method: 'GET' | 'POST' | 'DELETE', path = '', body?: unknown) =>
  askTables(service.url, method, path, body);

/** Cells of one column by key; null where there is no row. */
async function look(table: string, keys: readonly string[], keyColumn = 'code', column = 'name') {
  const answer = await service.app
    .get(TableLookup)
    .find({ table, keyColumns: [keyColumn], columns: [column], keys: keys.map((key) => [key]) });
  return answer.kind === 'found' ? answer.rows.map((row) => row?.[0] ?? null) : answer.reason;
}

/** Sweeps until nothing is left to be swept. */
async function sweepAll(): Promise<void> {
  while (await service.app.get(LeftVersions).sweep());
}

async function countRows(): Promise<{ rows: number; unready: number }> {
  const [counts] = await records.sql<{ rows: number; unready: number }>(
    `SELECT (SELECT count(*)::int FROM lookup_rows) AS rows,
            (SELECT count(*)::int FROM lookup_versions WHERE state <> 'ready') AS unready`,
  );
  return counts as { rows: number; unready: number };
}

describe('an upload', () => {
  it('tells what was found out about the file, and can be looked up at once', async () => {
    const answer = await put('countries', '\ufeffcode;name;area\r\nDE;Germany;357588\r\nFR;"France; République";\r\n');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      name: 'countries',
      version: 1,
      current: true,
      columns: ['code', 'name', 'area'],
      key: ['code'],
      fold: [],
      rows: 2,
      badRows: 0,
      duplicates: 0,
      delimiter: ';',
      header: true,
      badLines: [],
      duplicateLines: [],
    });
    expect(await look('countries', ['FR', 'DE', 'de', ''])).toEqual(['France; République', 'Germany', null, null]);
  });

  it.each([
    ['commas', 'code,name\n1,a\n2,b\n', ',', true],
    ['tabs', 'code\tname\n1\ta\n', '\t', true],
    ['bars', 'code|name\n1|a\n', '|', true],
    ['semicolons around decimal commas', 'code;name\n1;1,5\n2;2,5\n3;3,5\n', ';', true],
    ['one column', 'code\n1\n2\n', ',', true],
    ['a first line with a number', '7,a\n8,b\n', ',', false],
    ['a first line with an address', 'ada@example.com,a\nbob@example.com,b\n', ',', false],
    ['a first line with a word twice', 'x,x\ny,z\n', ',', false],
  ])('reads %s', async (what, csv, delimiter, header) => {
    const { status, body } = await put(what.replaceAll(' ', '-'), csv);
    expect(status).toBe(200);
    expect(body).toMatchObject({ delimiter, header });
    if (!header) expect((body['columns'] as string[])[0]).toBe('column1');
  });

  it('believes what it is told of the file', async () => {
    const { body } = await put('told', 'a;b\nc;d\n', { delimiter: 'comma', header: 'false' });
    expect(body).toMatchObject({ delimiter: ',', header: false, columns: ['column1'], rows: 2 });
    const quotes = await put('quotes', 'code\tname\nx\t5" pipe\n', { quote: 'none' });
    expect(quotes.body).toMatchObject({ delimiter: '\t', rows: 1 });
  });

  it('keeps key and folding of the version before, unless it is told otherwise', async () => {
    await put('kept', 'code,name\nÉTÉ,summer\n', { key: 'name', fold: 'case' });
    const other = await put('kept', 'code,label\nÉTÉ,summer\n');
    expect([other.status, other.body['title']]).toEqual([422, expect.stringMatching(/before has the key name,/)]);
    expect((await put('kept', 'code,name\nÉTÉ,summer\n')).body).toMatchObject({ key: ['name'], fold: ['case'] });
    expect((await put('kept', 'code,name\nÉTÉ,summer\n', { key: 'code', fold: 'case,accents' })).body).toMatchObject({
      key: ['code'],
      fold: ['case', 'accents'],
    });
    expect(await look('kept', ['ete', ' Eté ', 'été', 'ÉTÉS'])).toEqual(['summer', 'summer', 'summer', null]);
    expect((await put('kept', 'code,name\nÉTÉ,summer\n', { fold: 'none' })).body).toMatchObject({ fold: [] });
    expect(await look('kept', ['ete', 'ÉTÉ'])).toEqual([null, 'summer']);
  });

  it('finds by several columns, in any order of their names', async () => {
    await put('places', 'country,code,name\nDE,10115,Berlin\nFR,10115,Troyes\n', { key: ['country', 'code'] });
    const find = (keyColumns: string[], key: string[]) =>
      service.app.get(TableLookup).find({ table: 'places', keyColumns, columns: ['name'], keys: [key] });
    expect(await find(['country', 'code'], ['FR', '10115'])).toEqual({ kind: 'found', rows: [['Troyes']] });
    expect(await find(['code', 'country'], ['10115', 'DE'])).toEqual({ kind: 'found', rows: [['Berlin']] });
    expect(await find(['code'], ['10115'])).toMatchObject({ kind: 'refused', reason: /has the key country, code/ });
  });

  it('takes a file as it comes, however large it is and wherever packets cut it', async () => {
    const rows = 30_000;
    const lines = function* (): Generator<string> {
      yield 'code,name\n';
      for (let row = 0; row < rows; row += 1) yield `k${row},"na\\me ${row}\tÄ"\n`;
    };
    const answer = await put('large', Readable.from(lines(), { objectMode: false }));
    expect(answer.body).toMatchObject({ rows, version: 1 });
    expect(await look('large', ['k0', 'k29999', 'k30000'])).toEqual(['na\\me 0\tÄ', 'na\\me 29999\tÄ', null]);
  });

  it('counts bad rows by line, and leaves out as many as it may', async () => {
    const csv = 'code,name\na,1\nb\n,2\nc,3,4\nd,5\n';
    const { status, body } = await put('bad', csv, { maxBadRows: '3' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      rows: 2,
      badRows: 3,
      badLines: [
        { line: 3, reason: 'has 1 cells instead of 2' },
        { line: 4, reason: 'has an empty key' },
        { line: 5, reason: 'has 3 cells instead of 2' },
      ],
    });
  });

  it.each([
    ['first', 'one', 'three'],
    ['last', 'two', 'four'],
  ])('keeps the %s of rows with one key, also far apart', async (onDuplicate, near, far) => {
    const filler = Array.from({ length: 25_000 }, (_, row) => `f${row},x`).join('\n');
    const csv = `code,name\nA,one\na,two\nB,three\n${filler}\nb,four\n`;
    const { status, body } = await put(`dup-${onDuplicate}`, csv, { onDuplicate, fold: 'case' });
    expect([status, body['rows'], body['duplicates']]).toEqual([200, 25_002, 2]);
    expect(body['duplicateLines']).toEqual([
      { line: 3, firstLine: 2 },
      { line: 25_005, firstLine: 4 },
    ]);
    expect(await look(`dup-${onDuplicate}`, ['a', 'b'])).toEqual([near, far]);
  });
});

describe('bad input', () => {
  const many = Array.from({ length: 201 }, (_, at) => `c${at}`).join(',');
  it.each<readonly [string, CsvBody, Record<string, string | string[]>, number, RegExp]>([
    ['an empty file', '', {}, 422, /empty/],
    ['a file of names alone', 'code,name\n', {}, 422, /no row/],
    ['a file of blank lines', '\n\n\n', {}, 422, /empty/],
    ['a bad row', 'code,name\na,1\nb\n', {}, 422, /1 rows are bad, and none is allowed.*line 3/],
    ['more bad rows than it may have', 'a,b\n1\n2\n3\n', { maxBadRows: '2' }, 422, /3 rows are bad.*at most 2/],
    ['two rows of one key', 'a,b\nx,1\nx,2\n', {}, 422, /1 rows have the key of another \(a\): line 3/],
    ['two of one key once folded', 'a,b\nÉ,1\ne,2\n', { fold: 'case,accents' }, 422, /line 3/],
    ['bytes that are not UTF-8', Buffer.from('a,b\n1,2\nx,\xe4\n', 'latin1'), {}, 422, /Line 3: is not UTF-8/],
    ['a character that is cut off', Buffer.from('a,b\n1,\xc3', 'latin1'), {}, 422, /Line 2: is not UTF-8/],
    ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), {}, 422, /UTF-16/],
    ['a quote that is not closed', 'a,b\n1,2\n3,"4\n5,6\n', {}, 422, /Line 3: a quote is not closed/],
    ['text behind a quote', 'a,b\n1,"2"3\n', {}, 422, /Line 2: text follows a closing quote/],
    [
      'a cell of more than 8 kB',
      `a,b\n1,2\n3,${'ä'.repeat(4_097)}\n`,
      {},
      422,
      /Line 3: the cell of b has more than 8192/,
    ],
    ['too many columns', `${many}\n${many}\n`, { header: 'true' }, 422, /more than 200 columns/],
    ['a column without a name', 'a,\n1,2\n', { header: 'true' }, 422, /column 2 has no name/],
    ['a column twice', 'a,a\n1,2\n', { header: 'true' }, 422, /column 2 has the name of another/],
    ['a key that is no column', 'a,b\n1,2\n', { key: 'c' }, 422, /key names no column of the file; it has a, b/],
    ['a column twice in the key', 'a,b\n1,2\n', { key: 'a,a' }, 422, /key names a column twice/],
    ['an unknown parameter', 'a,b\n1,2\n', { keys: 'a' }, 400, /keys/],
    ['an unknown folding', 'a,b\n1,2\n', { fold: 'umlauts' }, 400, /fold/],
    ['an unknown delimiter', 'a,b\n1,2\n', { delimiter: 'x' }, 400, /delimiter/],
    ['an unknown rule for duplicates', 'a,b\n1,2\n', { onDuplicate: 'merge' }, 400, /onDuplicate/],
    ['a header that is neither', 'a,b\n1,2\n', { header: 'yes' }, 400, /header/],
    ['a negative number', 'a,b\n1,2\n', { maxBadRows: '-1' }, 400, /maxBadRows/],
  ])('%s is refused and leaves nothing', async (_what, csv, query, status, message) => {
    await sweepAll();
    const before = await countRows();
    const answer = await put('refused', csv, query);
    expect([answer.status, answer.body['title']]).toEqual([status, expect.stringMatching(message)]);
    await sweepAll();
    expect(await countRows()).toEqual(before);
    expect((await ask('GET', '/refused')).status).toBe(404);
  });

  it('names bad lines without a word of theirs', async () => {
    const { body } = await put('refused', 'mail,n\nada@secret.example,1\nada@secret.example,2\nbob@secret.example\n');
    expect(body['errors']).toEqual([{ field: 'line 4', message: 'has 1 cells instead of 2' }]);
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it.each([
    ['a name with a slash', 'PUT', '/a%2Fb', 400],
    ['a name too long', 'PUT', `/${'n'.repeat(65)}`, 400],
    ['a version that is none', 'POST', '/countries/versions/x/restore', 400],
    ['a version that is not there', 'POST', '/countries/versions/99/restore', 404],
    ['columns of no table', 'GET', '/nothing/columns', 404],
    ['versions of no table', 'GET', '/nothing/versions', 404],
    ['rows of no table', 'GET', '/nothing/rows', 404],
    ['rows of no version', 'GET', '/countries/rows?version=99', 404],
    ['too many rows', 'GET', '/countries/rows?limit=201', 400],
    ['a cursor that is none', 'GET', '/countries/rows?cursor=x', 400],
    ['the deletion of no table', 'DELETE', '/nothing', 404],
  ])('%s', async (_what, method, path, status) => {
    if (method === 'PUT') expect((await put(path.slice(1), 'a,b\n1,2\n')).status).toBe(status);
    else expect((await ask(method as 'GET', path)).status).toBe(status);
  });

  it.each([
    ['no key', {}, 422],
    ['a key that is a text', { key: 'DE' }, 422],
    ['a key of a number', { key: { code: 1 } }, 422],
    ['a key of no column', { key: {} }, 422],
    ['another key than the table', { key: { name: 'Germany' } }, 422],
    ['a field too many', { key: { code: 'DE' }, all: true }, 422],
  ])('a row is not deleted by %s', async (_what, body, status) => {
    expect((await ask('POST', '/countries/rows/delete', body)).status).toBe(status);
  });

  it.each([
    ['no type', '', 415],
    ['another type', 'application/json', 415],
    ['text/csv with a charset', 'text/csv; charset=utf-8', 200],
  ])('a file of %s', async (_what, type, status) => {
    const answer = await putTable(
      service.url,
      'typed',
      `a,b\n${`x,${'y'.repeat(997)}\n`.repeat(9_000)}`,
      { onDuplicate: 'first' },
      {
        'content-type': type,
      },
    );
    expect(answer.status).toBe(status);
    if (status === 415) expect(answer.body['title']).toBe('The Content-Type must be text/csv.');
  });

  it('a compressed file', async () => {
    const answer = await putTable(service.url, 'typed', 'x', {}, { 'content-encoding': 'gzip' });
    expect([answer.status, answer.body['title']]).toEqual([415, expect.stringMatching(/Compressed/)]);
  });

  it('nothing at all without an admin key', async () => {
    const answer = await putTable(service.url, 'typed', 'a,b\n1,2\n', {}, { authorization: `Bearer ${TEST_KEY}` });
    expect(answer.status).toBe(401);
  });

  it('CSV for a route that wants something else', async () => {
    const { statusCode } = await service.app.inject({
      method: 'POST',
      url: '/submitAsyncAction',
      headers: { 'x-api-key': TEST_KEY, 'content-type': 'text/csv' },
      payload: 'a,b\n',
    });
    expect(statusCode).toBe(415);
  });
});

describe('a sender', () => {
  const head = (table: string, rest: string): string =>
    `PUT /admin/lookup-tables/${table} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TEST_ADMIN_KEY}\r\nContent-Type: text/csv\r\n${rest}\r\n\r\n`;
  const port = (): number => (service.app.getHttpServer().address() as AddressInfo).port;

  it('that asks first is told at once that 500 MB are the most', async () => {
    const socket = await connect(port());
    socket.write(head('huge', 'Content-Length: 500000001\r\nExpect: 100-continue'));
    expect(await socket.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('that asks first and may send is invited, however much it is', async () => {
    const socket = await connect(port());
    const body = `code,name\n${'x'.repeat(5_000)},1\n`.repeat(2_000);
    socket.write(head('invited', `Content-Length: ${body.length}\r\nExpect: 100-continue`));
    expect(await socket.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 100 /);
    socket.write(body);
    // All rows are the same: refused for that, once they were read.
    expect(await socket.until(/HTTP\/1\.1 422 /)).toMatch(/^HTTP\/1\.1 100 [^]*HTTP\/1\.1 422 /);
    socket.destroy();
  });

  async function beginUpload(table: string): Promise<RawConnection> {
    const socket = await connect(port());
    socket.write(head(table, 'Transfer-Encoding: chunked'));
    socket.write('a\r\ncode,name\n\r\n4\r\na,1\n\r\n');
    await expect.poll(() => loading(table)).toBe(1);
    return socket;
  }

  async function loading(table: string): Promise<number> {
    return (await records.sql(`SELECT 1 FROM lookup_versions WHERE state = 'loading' AND table_name = $1`, [table]))
      .length;
  }

  it('is alone with a table, and the next one comes when it has ended', async () => {
    const first = await beginUpload('alone');
    expect((await put('alone', 'code,name\nb,2\n')).status).toBe(409);
    expect((await put('other', 'code,name\nb,2\n')).status).toBe(200);
    first.write('0\r\n\r\n');
    expect(await first.until(/"version":1/)).toMatch(/^HTTP\/1\.1 200 /);
    first.destroy();
    expect((await put('alone', 'code,name\nb,2\n')).body['version']).toBe(2);
  });

  it('that breaks off leaves nothing, and the table as it was', async () => {
    await put('broken', 'code,name\na,before\n');
    await sweepAll();
    const before = await countRows();
    const socket = await beginUpload('broken');
    const rows = Array.from({ length: 20_000 }, (_, row) => `k${row},x\n`).join('');
    socket.write(`${rows.length.toString(16)}\r\n${rows}\r\n`);
    await expect.poll(async () => (await countRows()).rows).toBeGreaterThan(before.rows);
    socket.destroy();
    await expect.poll(() => loading('broken')).toBe(0);
    expect(await look('broken', ['a', 'k1'])).toEqual(['before', null]);
    await sweepAll();
    expect(await countRows()).toEqual(before);
    expect((await put('broken', 'code,name\na,after\n')).body['version']).toBe(2);
  });

  it("is not cut off by Node's limit for whole requests", async () => {
    const server = service.app.getHttpServer();
    const requested = once(server, 'request') as Promise<[IncomingMessage]>;
    const body = new PassThrough();
    const answer = put('slow', body);
    body.write('code,name\na,1\n');
    const [{ socket }] = await requested;
    await expect.poll(() => loading('slow')).toBe(1);
    // Node says so after half a minute; here to the service's own listener, for the others belong to the tests.
    const late = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    server.listeners('clientError').at(-1)?.call(server, late, socket);
    body.end('b,2\n');
    expect((await answer).body).toMatchObject({ rows: 2 });
  });

  it('that says no more is told to come again when the process stops, at once', async () => {
    const stopping = await startApp({ databaseUrl: database.url });
    const socket = await connect((stopping.app.getHttpServer().address() as AddressInfo).port);
    socket.write(head('stalled', 'Transfer-Encoding: chunked'));
    socket.write('a\r\ncode,name\n\r\n4\r\na,1\n\r\n');
    await expect.poll(() => loading('stalled')).toBe(1);
    // As SIGTERM does, before anything is closed.
    stopping.app.get(Drain).begin();
    const answer = await socket.until(/\r\n\r\n[^]*}/);
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/retry-after: 10/i);
    expect(answer).toContain('The process is stopping: send it again.');
    socket.destroy();
    await stopping.close();
    expect(await loading('stalled')).toBe(0);
  });

  it('of a table that is deleted meanwhile learns of it', async () => {
    await put('deleted', 'code,name\na,1\n');
    const socket = await beginUpload('deleted');
    expect((await ask('DELETE', '/deleted')).status).toBe(204);
    socket.write('0\r\n\r\n');
    expect(await socket.until(/given up/)).toMatch(/^HTTP\/1\.1 409 /);
    socket.destroy();
    expect((await ask('GET', '/deleted')).status).toBe(404);
  });

  it('of a process that died is given up after half a minute', async () => {
    await records.sql(
      `INSERT INTO lookup_versions (table_name, actor, touched_at) VALUES ('dead', 'x', now() - interval '31 seconds')`,
    );
    expect((await put('dead', 'code,name\na,1\n')).status).toBe(200);
  });
});

describe('versions', () => {
  it('are seen whole or not at all, however many look while they change', async () => {
    const csv = (name: string): string =>
      `code,name\n${Array.from({ length: 300 }, (_, row) => `k${row},${name}`).join('\n')}\n`;
    const keys = Array.from({ length: 300 }, (_, row) => `k${row}`);
    await put('whole', csv('v1'));
    let ended = false;
    const seen = new Set<string>();
    const looking = Array.from({ length: 4 }, async () => {
      while (!ended) {
        const names = await look('whole', keys);
        expect(new Set(names).size).toBe(1);
        seen.add(String(names[0]));
      }
    });
    for (const name of ['v2', 'v3', 'v4', 'v5', 'v6']) {
      await put('whole', csv(name));
      // As soon as the upload is answered.
      expect(await look('whole', ['k7'])).toEqual([name]);
    }
    ended = true;
    await Promise.all(looking);
    expect(seen.size).toBeGreaterThan(1);
  });

  it('can be restored: the current one and the three that were current last are kept', async () => {
    for (const name of ['one', 'two', 'three', 'four', 'five']) await put('many', `code,name\na,${name}\n`);
    const numbers = async () =>
      ((await ask('GET', '/many/versions')).body['items'] as { version: number; current: boolean }[]).map(
        ({ version, current }) => (current ? -version : version),
      );
    expect(await numbers()).toEqual([-5, 4, 3, 2]);
    const restored = await ask('POST', '/many/versions/2/restore');
    expect([restored.status, restored.body['version']]).toEqual([200, 2]);
    expect(await look('many', ['a'])).toEqual(['two']);
    expect(await numbers()).toEqual([5, 4, 3, -2]);
    expect((await put('many', 'code,name\na,six\n')).body['version']).toBe(6);
    expect(await numbers()).toEqual([-6, 5, 4, 2]);
    expect((await ask('POST', '/many/versions/3/restore')).status).toBe(404);
    await sweepAll();
    const [{ n } = { n: -1 }] = await records.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM lookup_rows r JOIN lookup_versions v ON v.id = r.version_id WHERE table_name = 'many'`,
    );
    expect(n).toBe(4);
  });
});

describe('administrators', () => {
  it('list tables, columns and rows', async () => {
    await put('shown', 'code,name\nb,2\na,1\nc,3\n', { key: 'code' });
    const list = (await ask('GET')).body['items'] as { name: string }[];
    expect(list.map(({ name }) => name)).toContain('shown');
    expect((await ask('GET', '/shown/columns')).body).toEqual({
      version: 1,
      items: [
        { name: 'code', key: true },
        { name: 'name', key: false },
      ],
    });
    const first = (await ask('GET', '/shown/rows?limit=2')).body;
    const rest = (await ask('GET', `/shown/rows?limit=2&cursor=${String(first['nextCursor'])}`)).body;
    expect(rest['nextCursor']).toBeNull();
    const rows = [...(first['items'] as { line: number }[]), ...(rest['items'] as { line: number }[])];
    expect(rows.sort((one, other) => one.line - other.line)).toEqual([
      { line: 2, cells: { code: 'b', name: '2' } },
      { line: 3, cells: { code: 'a', name: '1' } },
      { line: 4, cells: { code: 'c', name: '3' } },
    ]);
  });

  it('delete a row by its key from every version, and the audit does not say which', async () => {
    const mail = 'Ada@Example.com';
    await put('people', `mail,name\n${mail},one\nbob@example.com,x\n`, { fold: 'case' });
    await put('people', `mail,name\n${mail},two\n`);
    await put('people', `name,mail\nthree,${mail}\n`, { key: 'name' });
    expect((await ask('POST', '/people/rows/delete', { key: { mail } })).status).toBe(422);
    await put('people', `mail,name\n${mail},four\n`, { key: 'mail' });
    const answer = await ask('POST', '/people/rows/delete', { key: { mail: mail.toLowerCase() } });
    expect([answer.status, answer.body]).toEqual([200, { versions: [4, 2, 1], notSearched: [3] }]);
    expect((await ask('POST', '/people/rows/delete', { key: { mail } })).body).toMatchObject({ versions: [] });
    expect(await look('people', [mail], 'mail')).toEqual([null]);
    expect((await ask('GET', '/people')).body).toMatchObject({ rows: 0 });
  });

  it('are in the audit with what they did, and no cell is', async () => {
    await ask('GET', '/people/rows');
    await ask('POST', '/people/versions/1/restore');
    await ask('DELETE', '/people');
    const entries = await records.sql<{ verb: string; details: unknown }>(
      `SELECT verb, details FROM admin_audit WHERE target = 'lookup-table:people' ORDER BY at, id`,
    );
    expect(entries.map(({ verb }) => verb)).toEqual([
      ...['lookup.upload', 'lookup.upload', 'lookup.upload', 'lookup.upload'],
      ...['lookup.row.delete', 'lookup.row.delete', 'lookup.rows.read', 'lookup.restore', 'lookup.delete'],
    ]);
    expect(JSON.stringify(entries).toLowerCase()).not.toContain('ada@');
  });

  it('find nothing of a deleted table, and its name begins anew', async () => {
    expect((await ask('GET', '/people')).status).toBe(404);
    expect(await look('people', ['x'], 'mail')).toBe('the lookup table people is not there');
    expect((await put('people', 'mail,name\na@example.com,1\n')).body['version']).toBe(1);
  });
});
