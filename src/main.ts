import { useCompiledCode } from './compiled-code.js';
import { readFlags } from './config/command-flags.js';
import { HangUps } from './hang-ups.js';
import { traceToSources } from './source-maps.js';

const USAGE = `Starts the service. Everything is said by the environment or .env: see .env.example and docs/configuration.md.

  npm start

  --help, -h   this text
`;

readFlags(process.argv.slice(2), USAGE);
const hangUps = new HangUps().listen();
traceToSources();
useCompiledCode();
// Not before: the usage is there at once, the application takes its time to load.
const { start } = await import('./start.js');
await start(hangUps);
