import * as nodeModule from 'node:module';
import { join } from 'node:path';

/** Of Node 22.8 and 22.10; the types are those of the oldest Node that is supported. */
interface CompileCache {
  readonly enableCompileCache?: (directory: string) => unknown;
  readonly flushCompileCache?: () => void;
}

const cache = nodeModule as unknown as CompileCache;
/** Beside the code it was made from: in a folder that all users share, another user could put code in. */
const DIRECTORY = join(import.meta.dirname, '..', '.compiled');

/**
 * From here on modules are loaded from the bytecode that an earlier start left behind, where there is any: half of a start is
 * compiling. Node checks it against the source, its own version and its flags. A folder that cannot be written, and a Node
 * that cannot do it, change nothing.
 */
export function useCompiledCode(): void {
  cache.enableCompileCache?.(DIRECTORY);
}

/** Leaves for the next start what this one compiled; nothing to do when it compiled nothing. */
export function keepCompiledCode(): void {
  cache.flushCompileCache?.();
}
