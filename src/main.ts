import 'reflect-metadata';
import { readFlags } from './config/command-flags.js';
import { HangUps } from './hang-ups.js';

const USAGE = `Starts the service. Everything is said by the environment or .env: see .env.example and docs/configuration.md.

  npm start

  --help, -h   this text
`;

readFlags(process.argv.slice(2), USAGE);
const hangUps = new HangUps().listen();
// Not before: the usage is there at once, the application takes a second to load.
const { boot } = await import('./boot.js');
await boot(hangUps);
