// The compiled service that also forgets what is old every second: its own loop comes by every ten minutes, and the fault
// suite cannot wait that long for a pass to die in. Called with the compiled folder.
import { runAltered } from '../support/altered-service.mjs';

const EVERY_MS = 1_000;

await runAltered(async ({ app, load }) => {
  const { RetentionSweeper } = await load('recovery/retention.sweeper.js');
  const sweeper = app.get(RetentionSweeper, { strict: false });
  const passLater = () => setTimeout(() => void pass(), EVERY_MS).unref();
  const pass = async () => {
    // As after an error in its own loop, the next pass tries again.
    await sweeper.sweep().catch(() => undefined);
    passLater();
  };
  passLater();
});
