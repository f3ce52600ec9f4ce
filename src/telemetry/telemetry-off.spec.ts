import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '..');
/** The one file that loads the SDK. */
const LOADER = 'telemetry/start-telemetry.ts';

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));

it('loads no part of OpenTelemetry while nothing is traced: all but one file know its types alone', () => {
  const imports = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/^import (type )?[^;]*?'(@opentelemetry\/[^']+)'/gms)].map(([, isType]) => ({ file, isType })),
  );
  expect(imports.length).toBeGreaterThan(3);
  const loading = imports.filter(({ isType }) => isType === undefined).map(({ file }) => file);
  expect([...new Set(loading)]).toEqual([LOADER]);
});

it('loads that file by a dynamic import only', () => {
  const users = sources.filter(({ text }) => text.includes('/start-telemetry.js'));
  expect(users.map(({ file }) => file)).toEqual(['start.ts']);
  expect(users[0]?.text).not.toMatch(/^import .*start-telemetry/m);
});
