// The container's health check: whether the process answers at all. Exits 0 or 1.
const LOOPBACK = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };

const port = process.env.PORT?.trim() || '3000';
// An address with or without brackets; where the process listens on all of them, the loopback of the same family.
const host = (process.env.HOST ?? '').trim().replace(/^\[|\]$/g, '');
// 0:0:0:0:0:0:0:0 and the like are :: written out.
const listens = /^[0:]*:[0:]*$/.test(host) ? '::' : host;
const address = LOOPBACK[listens] ?? listens;
const path = process.argv[2] ?? '/health/live';
try {
  const origin = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  const response = await fetch(origin + path, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = response.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
