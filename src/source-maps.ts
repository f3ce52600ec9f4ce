import * as nodeModule from 'node:module';

/** Of Node 22.14; the types are those of the oldest Node that is supported. */
interface SourceMapSupport {
  readonly setSourceMapsSupport?: (
    enabled: boolean,
    options: { readonly nodeModules: boolean; readonly generatedCode: boolean },
  ) => void;
}

/**
 * Errors of modules that are loaded from here on name lines of the TypeScript sources. Those of packages do not: reading the
 * maps of all packages was a tenth of a start, and keeping them a sixth of the heap, which every full collection walks.
 */
export function traceToSources(): void {
  const { setSourceMapsSupport } = nodeModule as unknown as SourceMapSupport;
  if (setSourceMapsSupport === undefined) process.setSourceMapsEnabled(true);
  else setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
}
