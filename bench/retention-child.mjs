// A process that forgets finished actions with the sweeper of a build, on a database whose address is in DATABASE_URL. It
// serves nothing and runs no other loop. Arguments: the dist folder of the build.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endWithParent } from './child.mjs';

const [dist] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(dist, 'src', file)).href);

endWithParent();
const { loadConfig } = await load('config/load-config.js');
const { createApp } = await load('boot.js');
const { RetentionSweeper } = await load('recovery/retention.sweeper.js');

const app = await createApp(loadConfig(process.env));
await app.init();
const sweeper = app.get(RetentionSweeper, { strict: false });

async function forget() {
  let sweeps = 1;
  while (await sweeper.sweep()) sweeps += 1;
  return { kind: 'forgotten', sweeps };
}

process.on('SIGTERM', () => void app.close().finally(() => process.exit()));
process.on('message', () => void forget().then((answer) => process.send(answer)));
process.send({ kind: 'ready' });
