import { randomUUID } from 'node:crypto';
import { relative } from 'node:path';
import { CallbackEndpoint, type CallbackEvent } from './callback-endpoint.js';
import type { FaultRates } from './faults.js';
import { ImsEndpoint } from './ims-endpoint.js';
import { pathsTaken } from './journey-result.js';
import { findLocalKey } from './local-key.js';
import { describeValues } from './report.js';
import { samplePath, Samples } from './samples.js';
import { LateContracts } from './service-finder.js';
import type { EntityType, ServiceContract } from './service-contract.js';
import { SimulatorServer } from './simulator-server.js';

export interface ServeOptions {
  readonly port: number;
  /** Where the service under test answers. */
  readonly url: string;
  readonly apiKey: string | null;
  readonly dataDir: string;
  readonly clientId: string;
  readonly secrets: readonly string[];
  readonly faults: FaultRates;
  readonly services: Readonly<Record<EntityType, string>>;
  readonly print: (text: string) => void;
}

/** The address that services in development call, and that the sample requests name. */
export const SIMULATOR_PORT = 4010;

/** Plays IMS and the callback address alone and prints what arrives; returns the running server. */
export async function serve(options: ServeOptions): Promise<SimulatorServer> {
  const { print } = options;
  const samples = new Samples();
  const key = (): string | null => options.apiKey ?? findLocalKey(options.dataDir);
  const contracts = new LateContracts(options.url, key, options.services);
  const contractFor = (type: EntityType): ReturnType<LateContracts['get']> => contracts.get(type);
  const ims = new ImsEndpoint({ clientId: options.clientId, secrets: options.secrets, tokenLifetimeSeconds: 86_399 });
  const endpoint = new CallbackEndpoint({
    apiKey: options.clientId,
    objectionTo: (authorization) => ims.objectionTo(authorization),
    contractFor,
    find: (token) => {
      const submission = samples.find(token, contractFor);
      return submission === null ? null : { submission, requestId: null };
    },
    beforeCheck: () => contracts.refresh(),
    onCallback: (event) => print(describeCallback(event, contracts.get(event.reading?.entityType ?? 'lead'))),
    faults: options.faults,
    seed: randomUUID(),
  });
  const server = new SimulatorServer(ims, endpoint);
  const port = await server.listen(options.port);
  await contracts.refresh();
  print(greeting(port, options, key(), contracts.get('lead') !== null));
  return server;
}

function greeting(port: number, options: ServeOptions, key: string | null, reached: boolean): string {
  const sample = relative(process.cwd(), samplePath('lead')) || samplePath('lead');
  const target = `${options.url}/submitAsyncAction`;
  const headers = `-H 'Content-Type: application/json' -H 'X-API-Key: ${key ?? '<your key>'}'`;
  return [
    `The simulator plays Adobe at http://127.0.0.1:${port}: POST /ims/token/v3 and /callbacks/… (Ctrl-C ends it).`,
    reached
      ? `It holds callbacks against the definitions of the services at ${options.url}.`
      : `No service answers at ${options.url} yet (start it with: npm start); its definitions are read when it does.`,
    '',
    'Send it a first request:',
    '',
    `  curl -sS ${headers} --data-binary @${sample} ${target}`,
    '',
    'The same token again gets the same requestId and no second callback. For another one:',
    '',
    `  sed "s/sample-lead/sample-lead-$(date +%s)/" ${sample} | curl -sS ${headers} --data-binary @- ${target}`,
    ...(key === null
      ? ['', 'Your key: `npm start` prints it when it starts, and keeps it in .ricochet/keys.json of its folder.']
      : []),
    ...(port === SIMULATOR_PORT
      ? []
      : ['', `Port ${port} is not ${SIMULATOR_PORT}: set IMS_BASE_URL of the service and callbackUrl of the request.`]),
    '',
  ].join('\n');
}

function describeCallback(event: CallbackEvent, contract: ServiceContract | null): string {
  const { reading, submission } = event;
  const head = `${new Date().toISOString()} callback ${event.path} (token ${event.fingerprint}, attempt ${event.attempt})`;
  const lines = [head, `  requestId ${event.requestId ?? 'missing'}`, `  ${verdict(event)}`];
  lines.push(...event.violations.map((sentence) => `    - ${sentence}`));
  if (submission === null && event.fault === null) {
    lines.push('  the token is not of a sample: ids, organisation and paths were not compared with the request');
  }
  if (reading !== null && contract === null) {
    lines.push('  the service definition is not known: declared fields and types were not checked');
  } else if (contract !== null && event.violations.length > 0) {
    lines.push(`  checked against the definition of ${contract.apiName}; --lead-service and the like name another`);
  }
  if (reading !== null) {
    if (!reading.success) lines.push(`  failure ${reading.errorCode ?? 'without errorCode'}`);
    const taken = submission === null ? [] : pathsTaken({ submission, reading });
    reading.subjects.forEach((subject, index) => {
      lines.push(`  ${reading.entityType} ${subject.id}: ${describeValues(subject.fields)}`);
      lines.push(`    accessors ${describeValues(subject.accessors)}`);
      if (taken[index] !== undefined) lines.push(`    takes path ${taken[index]}`);
    });
    if (Object.keys(reading.accountFields).length > 0)
      lines.push(`  account: ${describeValues(reading.accountFields)}`);
    if (Object.keys(reading.attributes).length > 0) lines.push(`  activity: ${describeValues(reading.attributes)}`);
  }
  return `${lines.join('\n')}\n`;
}

function verdict(event: CallbackEvent): string {
  switch (event.outcome) {
    case 'accepted':
      return 'VALID, answered 200';
    case 'duplicate':
      return 'DUPLICATE of one answered 2xx before, answered 200';
    case 'rejected':
      return 'INVALID, answered 400:';
    case 'unauthorized':
      return 'NOT AUTHORIZED, answered 401:';
    case 'fault':
      return `met the simulated fault ${event.fault ?? ''}`;
  }
}
