import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

/** The one address of a script or a style sheet in the page. */
async function assetIn(page: string, ending: string): Promise<string> {
  const path = new RegExp(`/console/assets/[^"]+\\.${ending}`).exec(page)?.[0];
  expect(path, `is the console built? npm run build\n${page}`).toBeDefined();
  return path ?? '';
}

describe('the pages of the console', () => {
  it.each(['/console', '/console/', '/console/actions/01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10', '/console/a/b/c?d=e'])(
    '%s is the page, with a nonce of its own and nothing inline without it',
    async (path) => {
      const nonces = new Set<string>();
      for (let i = 0; i < 2; i += 1) {
        const answer = await fetch(service.url + path);
        const html = await answer.text();
        expect(answer.status, html).toBe(200);
        expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
        expect(answer.headers.get('cache-control')).toBe('no-store');
        const policy = answer.headers.get('content-security-policy') ?? '';
        const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
        expect(policy).not.toMatch(/unsafe|https?:|\*/);
        expect(policy).toContain(`default-src 'none'`);
        expect(policy).toContain(`frame-ancestors 'none'`);
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
        expect(html).toContain(`nonce="${nonce}"`);
        expect(html).not.toContain('CSP_NONCE');
        for (const [tag] of html.matchAll(/<(?:script|style)[^>]*>/g)) expect(tag).toContain(nonce);
        expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
        nonces.add(nonce);
      }
      expect(nonces.size).toBe(2);
    },
  );

  it('its files never change under their names, and are compressed for those who ask', async () => {
    const page = await (await fetch(`${service.url}/console`)).text();
    for (const ending of ['js', 'css']) {
      const url = service.url + (await assetIn(page, ending));
      const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
      const body = Buffer.from(await plain.arrayBuffer());
      expect(plain.status).toBe(200);
      expect(plain.headers.get('content-encoding')).toBeNull();
      expect(plain.headers.get('cache-control')).toContain('immutable');
      expect(plain.headers.get('vary')).toContain('accept-encoding');
      const injected = await service.app.inject({
        url: new URL(url).pathname,
        headers: { 'accept-encoding': 'br, gzip' },
      });
      expect(injected.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(injected.rawPayload).equals(body)).toBe(true);
      const etag = plain.headers.get('etag') ?? '';
      expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    }
  });

  it.each([
    '/console/assets/none.js',
    '/console/assets/../../package.json',
    '/console/assets/..%2f..%2fpackage.json',
    '/console/assets/%00',
    '/console/assets/index.html',
    '/console/assets/__proto__',
  ])('%s is no file of it', async (path) => {
    const answer = await service.app.inject({ url: path });
    expect(answer.body).not.toContain('devDependencies');
    expect([400, 404]).toContain(answer.statusCode);
    expect(answer.headers['content-type']).toContain('json');
  });

  it('are read alone', async () => {
    const answer = await service.app.inject({ method: 'POST', url: '/console' });
    expect(answer.statusCode).toBe(405);
  });
});
