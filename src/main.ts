import { existsSync } from 'node:fs';
import { useCompiledCode } from './compiled-code.js';
import { readFlags } from './config/command-flags.js';
import { HangUps } from './hang-ups.js';
import type * as Start from './start.js';
import { traceToSources } from './source-maps.js';

const USAGE = `Starts the service. Everything is said by the environment or .env: see .env.example and docs/configuration.md.

  npm start

  --help, -h   this text
`;

readFlags(process.argv.slice(2), USAGE);
const hangUps = new HangUps().listen();
traceToSources();
useCompiledCode();
/** The same modules in few files, which `npm run build` makes: they are there in less than half the time. */
const bundle = new URL('../bundle/start.js', import.meta.url);
// Not before: the usage is there at once, the application takes its time to load.
const { start } = existsSync(bundle) ? ((await import(bundle.href)) as typeof Start) : await import('./start.js');
await start(hangUps);
