import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leadRequest } from './requests.js';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/** The environment of services whose one provider does what a request's fields tell it. */
export const SCRIPTED_SERVICES = {
  SERVICES_DIR: join(FIXTURES, 'services'),
  PROVIDER_MODULES: join(FIXTURES, 'scripted-provider.mjs'),
};

/** Holds enrichments, in whatever process they run, until it is opened. */
export class Gate {
  readonly file = join(tmpdir(), `ricochet-gate-${randomUUID()}`);

  open(): void {
    writeFileSync(this.file, '');
  }

  remove(): void {
    rmSync(this.file, { force: true });
  }
}

interface Script {
  readonly gate?: Gate;
  readonly endProcess?: boolean;
  readonly endAfterMs?: number;
}

/** A lead of the scripted service. */
export function scriptedLead(
  options: Parameters<typeof leadRequest>[0],
  { gate, endProcess, endAfterMs }: Script = {},
): Record<string, unknown> {
  return leadRequest({
    ...options,
    leadData: { email: 'ada@example.com', holdUntil: gate?.file, endProcess, endAfterMs },
  });
}
