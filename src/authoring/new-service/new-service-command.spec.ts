import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Ended, runHere, Scratch } from '../authoring.fixtures.js';
import { TRY } from '../trial/try-command.js';
import { VALIDATE } from '../validate/validate-command.js';
import { ENTITIES, type EntityName } from './entity-names.js';
import { NEW_SERVICE } from './new-service-command.js';
import { SAMPLE_NAMES, samplesFor } from './step-samples.js';

let scratch = new Scratch();
afterEach(() => {
  scratch.remove();
  scratch = new Scratch();
});
afterAll(() => scratch.remove());

const create = (...args: string[]): Promise<Ended> => runHere(NEW_SERVICE, args);
const ENTITY_NAMES = Object.keys(ENTITIES) as EntityName[];
/** Each step by itself, and all that go together. */
const COMBINATIONS = ENTITY_NAMES.flatMap((entity) => {
  const samples = samplesFor(ENTITIES[entity]);
  return [...samples.map((step) => ({ entity, steps: [step] })), { entity, steps: [...samples] }];
}).map((one) => ({ ...one, told: one.steps.join(', ') }));

describe('npm run new-service', () => {
  it.each(COMBINATIONS)(
    'writes a service for $entity with $told that validate takes and try runs',
    async ({ entity, steps }) => {
      const file = scratch.at('mine.yaml');
      const words = [
        '--name',
        'my-service',
        '--entity',
        entity,
        '--output',
        file,
        ...steps.flatMap((step) => ['--step', step]),
      ];
      expect(await create(...words)).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringContaining(`${file} is written`) as string,
      });
      const validated = await runHere(VALIDATE, [file]);
      expect(validated).toMatchObject({
        code: 0,
        out: expect.stringContaining('service my-service is fine') as string,
      });
      expect(validated.out).not.toContain('problem:');
      const tried = await runHere(TRY, [file, '--offline', '--json']);
      expect(JSON.parse(tried.out)).toMatchObject({ service: 'my-service', outcome: 'success' });
    },
  );

  it('has combinations with every step and every kind', () => {
    expect(new Set(COMBINATIONS.flatMap(({ steps }) => steps))).toEqual(new Set(SAMPLE_NAMES));
    expect(new Set(COMBINATIONS.map(({ entity }) => entity)).size).toBe(3);
  });

  it('comments every part of the file', async () => {
    const { out } = await create(
      '--name',
      'my-service',
      '--entity',
      'lead',
      '--step',
      'http,expression',
      '--output',
      '-',
    );
    for (const key of ['apiName', 'enableSplitPaths', 'timeout', 'i18n', 'primaryAttribute', 'openapi', 'pipeline']) {
      expect(out).toMatch(new RegExp(`# .+\n${key}:`));
    }
    expect(parse(out)).toMatchObject({ pipeline: [{ provider: 'http' }, { provider: 'expression' }] });
  });

  it.each(['true', 'null', 'No', 'a', `a${'b'.repeat(63)}`, 'x_-9'])('takes the name %s as text', async (name) => {
    const file = scratch.at('named.yaml');
    expect(await create('--name', name, '--entity', 'lead', '--step', 'email', '--output', file)).toMatchObject({
      code: 0,
    });
    expect((parse(readFileSync(file, 'utf8')) as { apiName: unknown }).apiName).toBe(name);
    expect(await runHere(VALIDATE, [file])).toMatchObject({ code: 0 });
  });

  it("writes into the service's folder unless it is told where", async () => {
    const words = ['--name', 'mine', '--entity', 'accountPerson', '--step', 'email', '--json'];
    const { out } = await runHere(NEW_SERVICE, words, { SERVICES_DIR: scratch.folder });
    expect(JSON.parse(out)).toEqual({
      file: scratch.at('mine.yaml'),
      apiName: 'mine',
      supportedEntityType: 'accountPerson',
      steps: ['email'],
    });
    expect(existsSync(scratch.at('mine.yaml'))).toBe(true);
  });

  it('never replaces a file without --force', async () => {
    const file = scratch.write('mine.yaml', 'precious');
    const words = ['--name', 'mine', '--entity', 'lead', '--step', 'email', '--output', file];
    expect(await create(...words)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('is there already') as string,
    });
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect(await create(...words, '--force')).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toContain('apiName: mine');
  });

  it('clashes with a service of the folder that has its name or title, and writes nothing', async () => {
    await create('--name', 'my-service', '--entity', 'lead', '--step', 'email', '--output', scratch.at('a.yaml'));
    const same = await create(
      '--name',
      'my_service',
      '--entity',
      'lead',
      '--step',
      'email',
      '--output',
      scratch.at('b.yaml'),
    );
    expect(same).toMatchObject({ code: 1, out: '', err: expect.stringContaining('openapi.title') as string });
    expect(existsSync(scratch.at('b.yaml'))).toBe(false);
  });

  const GOOD = { name: 'mine', entity: 'lead', step: 'email' } as const;
  it.each([
    [{ ...GOOD, name: undefined }, '--name is missing'],
    [{ ...GOOD, entity: undefined }, '--entity is missing'],
    [{ ...GOOD, step: undefined }, '--step is missing'],
    [{ ...GOOD, name: 'my service' }, '--name my service cannot be part of an address'],
    [{ ...GOOD, name: '9lives' }, 'start with a letter'],
    [{ ...GOOD, name: `a${'b'.repeat(64)}` }, 'at most 64'],
    [{ ...GOOD, name: '../x' }, 'cannot be part of an address'],
    [{ ...GOOD, entity: 'person' }, '--entity person: use lead, account, buyingGroup'],
    [{ ...GOOD, step: 'emial' }, 'did you mean email?'],
    [{ ...GOOD, step: 'buying-role' }, '--step buying-role: lead has'],
    [{ ...GOOD, step: 'email,email' }, '--step email is given twice'],
  ])('refuses %j', async (given, words) => {
    const args = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
    const { code, out, err } = await create(...args, '--output', scratch.at('x.yaml'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(existsSync(scratch.at('x.yaml'))).toBe(false);
  });

  it('refuses a word beside its flags, and a folder it cannot write to', async () => {
    expect(await create('mine')).toMatchObject({ code: 2, err: expect.stringContaining('say --name') as string });
    const inFile = `${scratch.write('file', 'x')}/mine.yaml`;
    const words = ['--name', 'mine', '--entity', 'lead', '--step', 'email', '--output', inFile];
    expect(await create(...words)).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be written') as string,
    });
  });
});
