import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
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
  it('reads every yaml file in the order of the names and names the others', async () => {
    await write({ 'b.yaml': LEAD_YAML, 'a.yaml': ACCOUNT_YAML, 'README.md': '# hello', '.hidden.yaml': ': :' });
    await mkdir(join(folder, 'old'));
    const warnings: string[] = [];
    const loaded = await loadDefinitions(folder, (message) => warnings.push(message));
    expect(warnings.sort()).toEqual([
      `${join(folder, 'README.md')} is not read: a definition ends in .yaml, .yml or .json`,
      `${join(folder, 'old')} is not read: folders are not looked into`,
    ]);
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

  it.each(['a.yaml', 'a.yml', 'a.YAML', 'a.Yml'])('reads %s', async (name) => {
    await write({ [name]: LEAD_YAML });
    expect((await loadDefinitions(folder)).map(({ definition }) => definition.apiName)).toEqual(['mail-check']);
  });

  it.each(['a.json', 'a.JSON'])('reads %s, indented with tabs or spaces', async (name) => {
    const json = JSON.stringify(parse(LEAD_YAML), null, name === 'a.json' ? '\t' : 2);
    await write({ [name]: json });
    const [loaded] = await loadDefinitions(folder);
    await write({ [name]: '', 'b.yaml': LEAD_YAML });
    await rm(join(folder, name));
    expect(loaded?.definition).toEqual((await loadDefinitions(folder))[0]?.definition);
  });

  it('says where JSON is broken', async () => {
    await write({ 'a.json': '{"apiName": "x",\n "i18n": }{' });
    expect((await failure()).message).toMatch(/a\.json: 2:\d+: is not valid/);
  });

  it('says which folder is missing', async () => {
    const error: unknown = await loadDefinitions(join(folder, 'nowhere')).catch((reason: unknown) => reason);
    expect((error as CatalogError).message).toContain('nowhere: cannot be read: ENOENT (point SERVICES_DIR at');
  });

  it('reads no pipe and no device', async () => {
    await symlink('/dev/null', join(folder, 'a.yaml'));
    execFileSync('mkfifo', [join(folder, 'b.yaml')]);
    const { message } = await failure();
    expect(message).toContain('a.yaml: cannot be read: it is no regular file');
    expect(message).toContain('b.yaml: cannot be read: it is no regular file');
  });

  it('says which file is not UTF-8', async () => {
    await write({ 'a.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xff]) });
    expect((await failure()).message).toContain('a.yaml: cannot be read: ERR_ENCODING_INVALID_ENCODED_DATA');
  });
});
