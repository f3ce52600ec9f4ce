// The authority the tests make for their https receivers, compiled on the way: https callbacks need one that the
// service is told to trust, and no key belongs into a repository.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import typescript from 'typescript';

const SOURCE = join(import.meta.dirname, '..', 'test', 'support', 'test-ca.ts');

/** Makes an authority and a certificate for loopback; the authority's is also left in a file. */
export async function createTestCa(folder) {
  const compilerOptions = { target: typescript.ScriptTarget.ES2022, module: typescript.ModuleKind.ESNext };
  const { outputText } = typescript.transpileModule(await readFile(SOURCE, 'utf8'), { compilerOptions });
  const compiled = join(folder, 'test-ca.mjs');
  await writeFile(compiled, outputText);
  const { ca, server } = (await import(compiled)).createTestCa();
  const file = join(folder, 'ca.pem');
  await writeFile(file, ca);
  return { file, server };
}
