// `npm run test:client`: generates a client from the API document of the built service, compiles it strictly and sends
// the main request with it. The generator wants another TypeScript than ours: both are installed in a scratch folder.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PACKAGES = ['openapi-typescript@7.13.0', 'openapi-fetch@0.17.0', 'typescript@5.9.3', '@types/node@20.19.43'];
const READY_WITHIN_MS = 60_000;
const CALLER_KEY = 'key-of-a-generated-client';
const ADMIN_KEY = 'key-of-an-administrator-01';
const COMPILER = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  skipLibCheck: false,
  outDir: 'out',
};

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'ricochet-client-'));
let service = null;
try {
  writeFileSync(join(scratch, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', '--save-exact', ...PACKAGES]);
  const url = await startService();
  const document = await (await fetch(`${url}/docs-json`)).text();
  writeFileSync(join(scratch, 'api.json'), document);
  run(process.execPath, ['node_modules/openapi-typescript/bin/cli.js', 'api.json', '--output', 'api.d.ts']);
  cpSync(join(root, 'scripts', 'generated-client', 'main-request.ts'), join(scratch, 'main-request.ts'));
  writeFileSync(
    join(scratch, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER, files: ['main-request.ts', 'api.d.ts'] }),
  );
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.']);
  console.log(
    `compiled: ${readFileSync(join(scratch, 'api.d.ts'), 'utf8').split('\n').length} lines of types, strictly`,
  );
  run(process.execPath, ['out/main-request.js', url, CALLER_KEY, ADMIN_KEY]);
  console.log('The generated client works.');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await stopService();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: scratch, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

/** The built service on a database of its own; resolves to its address once it is ready. */
async function startService() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = '';
  const child = spawn(process.execPath, [join(root, 'dist', 'src', 'main.js')], {
    cwd: scratch,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      DATA_DIR: join(scratch, 'data'),
      SERVICES_DIR: join(root, 'services'),
      INBOUND_API_KEYS: CALLER_KEY,
      ADMIN_API_KEYS: ADMIN_KEY,
      LOG_LEVEL: 'error',
      // Its callback goes nowhere: there is nothing to wait for.
      SHUTDOWN_GRACE_MS: '2000',
    },
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  service = { child, ended: new Promise((resolve) => child.once('close', resolve)) };
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  while (Date.now() < giveUpAt && child.exitCode === null) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.status === 200) return url;
    await sleep(200);
  }
  throw new Error(`the service was not ready:\n${output.slice(-4_000)}`);
}

async function stopService() {
  service?.child.kill('SIGTERM');
  await service?.ended;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
