// `node dist/src/compile-ahead.js`, when an image is made: leaves the bytecode of the whole service beside the build. An image
// is often read-only where it runs, and each of its starts would compile everything anew. Run it with the flags of the start.
import { readdirSync } from 'node:fs';
import { keepCompiledCode, useCompiledCode } from './compiled-code.js';

const BUNDLE = new URL('../bundle/', import.meta.url);

useCompiledCode();
// It brings along what all others need to be there.
await import(new URL('start.js', BUNDLE).href);
const files = readdirSync(BUNDLE).filter((name) => name.endsWith('.js'));
await Promise.all(files.map((name) => import(new URL(name, BUNDLE).href)));
keepCompiledCode();
// Some packages keep timers.
process.exit();
