import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import type { FaultRates } from '../faults.js';
import { onOwnService } from '../own-service.js';
import { PROJECT_ROOT } from '../samples.js';
import { playMarketo } from './marketo-play.js';

export interface MarketoDemoOptions {
  readonly dataDir: string;
  readonly keep: boolean;
  readonly batches: number;
  readonly faults: FaultRates;
  readonly seed: string;
  readonly json: boolean;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

const SERVICE = 'table-lookup';
const TABLE = 'countries';
/** Some leads have a code that is not here: they fail alone. */
const CSV = 'code,name\nDE,Germany\nFR,France\nGB,United Kingdom\nUS,United States\nJP,Japan\nBR,Brazil\n';
const STEP = {
  table: TABLE,
  keyName: 'code',
  keyValField: 'country',
  lookupField: 'name',
  returnField: 'lookupResult',
};

/** The ready table lookup on this machine: uploads a table, plays a campaign's batches. @returns the exit code. */
export async function demoMarketo(options: MarketoDemoOptions): Promise<number> {
  const { dataDir, keep, batches, faults, seed, json, say, signal } = options;
  const services = join(dataDir, 'services');
  await mkdir(services);
  const shipped = await readFile(join(PROJECT_ROOT, 'services', `${SERVICE}.yaml`), 'utf8');
  // It ships switched off, so that nothing changes for those who have no Marketo.
  await writeFile(join(services, `${SERVICE}.yaml`), shipped.replace(/^enabled: false\n/m, ''));
  const run = await onOwnService(
    { dataDir, environment: { SERVICES_DIR: services }, keep, say, signal },
    async (service) => {
      await upload(service.url, service.adminKey);
      say(`Uploaded the lookup table ${TABLE}`);
      return playMarketo({
        url: service.url,
        apiKey: service.apiKey,
        service: SERVICE,
        port: 0,
        batches,
        leads: 25,
        munchkinId: '123-SIM-456',
        step: STEP,
        faults,
        seed,
        concurrency: 8,
        timeoutMinutes: 5,
        json,
        signal: service.signal,
      });
    },
  );
  if (json) process.stdout.write(`${JSON.stringify(run.summary)}\n`);
  return run.clean ? 0 : 1;
}

async function upload(url: string, adminKey: string): Promise<void> {
  const answer = await request(`${url}/admin/lookup-tables/${TABLE}?key=code`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'text/csv' },
    body: CSV,
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`the table was refused: ${answer.statusCode} ${text}`);
}
