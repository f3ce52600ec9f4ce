import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEAD_YAML } from '../catalog/catalog.fixtures.js';
import type { AppConfig } from '../config/config.js';
import { printOf } from './folder-print.js';
import { readFolder } from './folder-reader.js';
import { FolderWatch } from './folder-watch.js';
import type { ServicesReload } from './services-reload.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ricochet-watch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (...parts: string[]): string => join(folder, ...parts);
const write = (name: string, text: string): void => writeFileSync(path(name), text);

/** The way the kubelet writes a ConfigMap: a folder per version, one hidden link, and a link per file through it. */
class ConfigMapVolume {
  private version = 0;

  put(files: Readonly<Record<string, string>>, before: readonly string[] = []): void {
    const version = `..version_${(this.version += 1)}`;
    mkdirSync(path(version));
    for (const [name, text] of Object.entries(files)) writeFileSync(path(version, name), text);
    symlinkSync(version, path('..data_tmp'));
    renameSync(path('..data_tmp'), path('..data'));
    for (const name of Object.keys(files)) if (!before.includes(name)) symlinkSync(join('..data', name), path(name));
    for (const name of before.filter((name) => !(name in files))) unlinkSync(path(name));
    if (this.version > 1) rmSync(path(`..version_${this.version - 1}`), { recursive: true });
  }
}

describe('the print of a folder', () => {
  it.each<[string, () => void]>([
    ['a changed file', () => write('a.yaml', 'other')],
    ['a new file', () => write('b.yaml', 'a: 1')],
    ['a file that is gone', () => unlinkSync(path('a.yaml'))],
    ['a renamed file', () => renameSync(path('a.yaml'), path('c.yaml'))],
    [
      'a file of the same length that takes its place',
      () => {
        write('.a.tmp', 'b: 2');
        renameSync(path('.a.tmp'), path('a.yaml'));
      },
    ],
    ['a folder that is gone', () => rmSync(folder, { recursive: true })],
  ])('is another after %s', async (_what, change) => {
    write('a.yaml', 'a: 1');
    const before = await printOf(folder);
    await sleep(5);
    change();
    expect(await printOf(folder)).not.toBe(before);
  });

  it('is the same after changes of other files', async () => {
    write('a.yaml', 'a: 1');
    const before = await printOf(folder);
    write('.hidden.yaml', 'a: 1');
    write('notes.txt', 'hello');
    expect(await printOf(folder)).toBe(before);
  });

  it('is another after the swap of a ConfigMap, although its links stay as they are', async () => {
    const volume = new ConfigMapVolume();
    volume.put({ 'a.yaml': 'a: 1', 'b.yaml': 'b: 1' });
    const before = await printOf(folder);
    volume.put({ 'a.yaml': 'a: 1', 'b.yaml': 'b: 2' }, ['a.yaml', 'b.yaml']);
    expect(await printOf(folder)).not.toBe(before);
  });
});

describe('a reading', () => {
  it('is made again when a file changes meanwhile', async () => {
    write('a.yaml', LEAD_YAML);
    // The warning comes in the middle of the first reading.
    write('notes.txt', 'x');
    const changing = (): void =>
      write(
        'b.yaml',
        LEAD_YAML.replace('mail-check', 'other').replace('Mail check s', 'S').replace('default: true', ''),
      );
    const loaded = await readFolder(folder, changing, false);
    expect(loaded.map(({ definition }) => definition.apiName)).toEqual(['mail-check', 'other']);
  });

  it('of an empty folder is a mistake, unless nothing is served', async () => {
    await expect(readFolder(folder, () => undefined, false)).rejects.toThrow('has no service definitions');
    expect(await readFolder(folder, () => undefined, true)).toEqual([]);
  });
});

describe('a watched folder', () => {
  const request = vi.fn(() => Promise.resolve());
  let refused: object | null = null;
  let watch: FolderWatch;

  beforeEach(() => {
    request.mockClear();
    refused = null;
    const reload = {
      request,
      get refused() {
        return refused;
      },
    } as unknown as ServicesReload;
    const config = { catalog: { servicesDir: folder, reload: 'watch' } } as unknown as AppConfig;
    watch = new FolderWatch(config, reload);
  });
  afterEach(() => watch.onApplicationShutdown());

  async function settled(): Promise<void> {
    await vi.waitFor(() => expect(request).toHaveBeenCalled(), { timeout: 10_000 });
    await sleep(1_200);
  }

  it('is read once after the start, and not again while nothing changes', async () => {
    write('a.yaml', 'a: 1');
    watch.onApplicationBootstrap();
    await settled();
    expect(request.mock.calls).toEqual([['change']]);
  });

  it('is read once after the swap of a ConfigMap, whole', async () => {
    const volume = new ConfigMapVolume();
    volume.put({ 'a.yaml': 'a: 1', 'b.yaml': 'b: 1' });
    watch.onApplicationBootstrap();
    await settled();
    request.mockClear();
    volume.put({ 'a.yaml': 'a: 2', 'c.yaml': 'c: 1' }, ['a.yaml', 'b.yaml']);
    await settled();
    expect(request.mock.calls).toEqual([['change']]);
  });

  it('is not read while it changes, and once when it is at rest', async () => {
    watch.onApplicationBootstrap();
    await settled();
    request.mockClear();
    for (let part = 0; part < 12; part += 1) {
      write('a.yaml', 'a: 1\n'.repeat(part + 1));
      await sleep(250);
      expect(request).not.toHaveBeenCalled();
    }
    await settled();
    expect(request).toHaveBeenCalledTimes(1);
  });

  it('is read again every half a minute while it is refused, and not after that', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const pass = async (ms: number): Promise<void> => {
      for (let at = 0; at < ms; at += 500) {
        vi.advanceTimersByTime(500);
        // Looking at the folder takes real time.
        await sleep(10);
      }
    };
    try {
      refused = {};
      watch.onApplicationBootstrap();
      await pass(20_000);
      expect(request.mock.calls).toEqual([['change']]);
      await pass(20_000);
      expect(request.mock.calls).toEqual([['change'], ['retry']]);
      refused = null;
      await pass(60_000);
      expect(request).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
