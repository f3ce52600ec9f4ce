import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDefinitionName } from '../catalog/catalog-loader.js';

/**
 * A text that changes with every definition of a folder: each file's name, times, size and inode. Links are followed, so
 * that a volume of Kubernetes, which swaps one link for all of its files, looks changed. Never rejects.
 */
export async function printOf(folder: string): Promise<string> {
  try {
    const names = (await readdir(folder)).filter(isDefinitionName).sort();
    const prints = await Promise.all(names.map((name) => printOfFile(folder, name)));
    return prints.join('\n');
  } catch (error) {
    return codeOf(error);
  }
}

async function printOfFile(folder: string, name: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, size, ino, dev } = await stat(join(folder, name), { bigint: true });
    return [name, mtimeNs, ctimeNs, size, ino, dev].join(' ');
  } catch (error) {
    return `${name} ${codeOf(error)}`;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unreadable';
}
