// `node dist/src/compile-ahead.js`, when an image is made: leaves the bytecode of the whole service beside the build. An image
// is often read-only where it runs, and each of its starts would compile everything anew. Run it with the flags of the start.
import { keepCompiledCode, useCompiledCode } from './compiled-code.js';

useCompiledCode();
await Promise.all([
  import('./start.js'),
  import('./boot.js'),
  import('./announce.js'),
  import('./stop-on-signals.js'),
  import('./shed-boot-garbage.js'),
  import('./queue/bull-queues.js'),
]);
keepCompiledCode();
// Some packages keep timers.
process.exit();
