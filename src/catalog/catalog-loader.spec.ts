import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDefinitions } from './catalog-loader.js';
import { CatalogError } from './catalog.errors.js';
import { ACCOUNT_YAML, LEAD_YAML } from './catalog.fixtures.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalog-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)));
}

async function failure(): Promise<CatalogError> {
  const error: unknown = await loadDefinitions(folder).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CatalogError);
  return error as CatalogError;
}

describe('loading the service definitions', () => {
  it('reads every yaml file in the order of the names and leaves other files alone', async () => {
    await write({ 'b.yaml': LEAD_YAML, 'a.yaml': ACCOUNT_YAML, 'README.md': '# hello', '.hidden.yaml': ': :' });
    const loaded = await loadDefinitions(folder);
    expect(loaded.map((entry) => [entry.file, entry.definition.apiName])).toEqual([
      [join(folder, 'a.yaml'), 'company-profile'],
      [join(folder, 'b.yaml'), 'mail-check'],
    ]);
  });

  it('is fine with an empty folder', async () => {
    expect(await loadDefinitions(folder)).toEqual([]);
  });

  it('tells every problem of every file in one error, one line each', async () => {
    await write({
      'a.yaml': LEAD_YAML.replace('timeout: 30', 'timeout: 500').replace('auth: apiKey', 'auth: none'),
      'b.yaml': 'apiName: [',
      'c.yaml': '',
      'd.yaml': ACCOUNT_YAML,
    });
    const error = await failure();
    expect(error.code).toBe('CATALOG_INVALID');
    const [head, ...lines] = error.message.split('\n');
    expect(head).toBe(`${error.problems.length} problems in the service definitions:`);
    expect(lines).toHaveLength(error.problems.length);
    expect(lines[0]).toBe(
      `${join(folder, 'a.yaml')}: timeout: 500 is out of range (write whole minutes from 1 to 240)`,
    );
    expect(lines[1]).toContain('a.yaml: auth: cannot be "none" (');
    expect(lines.some((line) => /b\.yaml: \d+:\d+: is not valid YAML/.test(line))).toBe(true);
    expect(lines.at(-1)).toContain('c.yaml: is empty');
  });

  it('refuses a second apiName, title and default of the same entity type', async () => {
    await write({ 'a.yaml': LEAD_YAML, 'b.yaml': LEAD_YAML });
    const { problems } = await failure();
    expect(problems.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      `apiName: "mail-check" is already used by ${join(folder, 'a.yaml')}`,
      `openapi.title: is the title of ${join(folder, 'a.yaml')} too, and Adobe refuses a second one`,
      `default: ${join(folder, 'a.yaml')} is the default for lead already`,
    ]);
    expect(problems.every(({ file }) => file === join(folder, 'b.yaml'))).toBe(true);
  });

  it('allows a default for each entity type', async () => {
    await write({ 'a.yaml': LEAD_YAML, 'b.yaml': `${ACCOUNT_YAML}default: true\n` });
    expect(await loadDefinitions(folder)).toHaveLength(2);
  });

  it('says that a .yml file would be ignored', async () => {
    await write({ 'a.yml': LEAD_YAML });
    expect((await failure()).message).toContain('a.yml: would be ignored (rename it to a.yaml)');
  });

  it('says which folder is missing', async () => {
    const error: unknown = await loadDefinitions(join(folder, 'nowhere')).catch((reason: unknown) => reason);
    expect((error as CatalogError).message).toContain('nowhere: cannot be read: ENOENT (point SERVICES_DIR at');
  });

  it('says which file is not UTF-8', async () => {
    await write({ 'a.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xff]) });
    expect((await failure()).message).toContain('a.yaml: cannot be read: ERR_ENCODING_INVALID_ENCODED_DATA');
  });
});
