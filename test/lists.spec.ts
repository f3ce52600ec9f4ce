import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as suffixes from 'tldts';
import { describe, expect, it } from 'vitest';
import { compiled, PROJECT_ROOT } from './support/service-process.js';

type Domains = ReadonlySet<string>;

interface Sources {
  readonly free: Readonly<Record<string, Domains>>;
  readonly disposable: Readonly<Record<string, Domains>>;
  readonly universities: Domains;
  readonly sites: Domains;
  readonly companies: Domains;
  readonly words: Domains;
  readonly suffixes: typeof suffixes;
}

interface Lists {
  readonly webmail: string[];
  readonly free: string[];
  readonly relay: string[];
  readonly disposable: string[];
  readonly company: string[];
  readonly typingErrors: [string, string][];
}

const { settle } = (await import(pathToFileURL(join(PROJECT_ROOT, 'scripts', 'lists', 'rules.mjs')).href)) as {
  settle(sources: Sources): Lists;
};

const DATA = join(PROJECT_ROOT, 'src', 'enrichment', 'providers', 'data');

/** Four sources of free mail, six of throw-away mail, in the order of their names. */
function sourcesOf(given: {
  free?: readonly string[][];
  disposable?: readonly string[][];
  strict?: string[];
  universities?: string[];
  companies?: string[];
}): Sources {
  const list = (lists: readonly string[][] | undefined, at: number): Domains => new Set(lists?.[at] ?? []);
  return {
    free: { a: list(given.free, 0), b: list(given.free, 1), c: list(given.free, 2), d: list(given.free, 3) },
    disposable: {
      'disposable-email-domains-js': new Set(given.strict ?? []),
      'disposable-email-domains': list(given.disposable, 0),
      '@dahoom/disposable-email': list(given.disposable, 1),
      freemail: list(given.disposable, 2),
      'burner-email-providers': list(given.disposable, 3),
      mailchecker: list(given.disposable, 4),
    },
    universities: new Set(given.universities ?? []),
    sites: new Set(),
    companies: new Set(given.companies ?? []),
    words: new Set(['outlooks']),
    suffixes,
  };
}

const times = (count: number, ...domains: string[]): string[][] => Array.from({ length: count }, () => domains);
const withMail = (lists: Lists): string[] => [...lists.webmail, ...lists.free];

describe('the rules of the lists of mail domains', () => {
  it('ask for two voices for free mail, and for all of them against a company', () => {
    const lists = settle(
      sourcesOf({
        free: [
          ['one.org', 'two.org', 'bigco.org', 'hugeco.org'],
          ['two.org', 'bigco.org', 'hugeco.org'],
          ...times(1, 'bigco.org', 'hugeco.org'),
          ['hugeco.org'],
        ],
        companies: ['bigco.org', 'hugeco.org'],
      }),
    );
    expect(withMail(lists)).toContain('two.org');
    expect(withMail(lists)).not.toContain('one.org');
    expect(withMail(lists)).not.toContain('bigco.org');
    expect(withMail(lists)).toContain('hugeco.org');
  });

  it('never call a university or an institution free or disposable', () => {
    const named = ['uni.example-u.org', 'law.uni.example-u.org', 'some.edu', 'some.ac.uk', 'town.gov', 'some.edu.sg'];
    const lists = settle(
      sourcesOf({ free: times(4, ...named), disposable: times(5, ...named), universities: ['uni.example-u.org'] }),
    );
    for (const domain of named) {
      expect(withMail(lists)).not.toContain(domain);
      expect(lists.disposable).not.toContain(domain);
    }
  });

  it('take neither a public suffix nor what no registry knows', () => {
    const lists = settle(sourcesOf({ free: times(4, 'uk.com', 'github.io', 'co.uk', 'mail.con', 'fine.org') }));
    expect(withMail(lists)).toContain('fine.org');
    for (const domain of ['uk.com', 'github.io', 'co.uk', 'mail.con']) expect(withMail(lists)).not.toContain(domain);
  });

  it('ask for three voices for throw-away mail, or for the strict one', () => {
    const lists = settle(
      sourcesOf({
        disposable: [
          ['t1-throws.org', 't2-throws.org', 't3-throws.org'],
          ['t2-throws.org', 't3-throws.org'],
          ['t2-throws.org'],
          ['t3-throws.org'],
        ],
        strict: ['s1-throws.org'],
      }),
    );
    const thrown = lists.disposable.filter((domain) => domain.endsWith('-throws.org'));
    expect(thrown).toEqual(['s1-throws.org', 't3-throws.org']);
  });

  it('leave words and short names to companies, unless the strict source has them', () => {
    const named = ['outlooks.com', 'aver.com', 'abc.de', 'averlongname.com'];
    const lists = settle(sourcesOf({ disposable: times(5, ...named), strict: ['abc.org'] }));
    expect(lists.disposable.filter((domain) => [...named, 'abc.org'].includes(domain))).toEqual([
      'abc.org',
      'averlongname.com',
    ]);
  });

  it('settle free against throw-away mail by the number of voices', () => {
    const disposable = [['five-d2.org', 'five-d3.org'], ['five-d2.org', 'five-d3.org'], [], ['five-d3.org']];
    const lists = settle(sourcesOf({ free: [...times(3, 'five-d2.org', 'five-d3.org'), ['five-d2.org']], disposable }));
    expect(withMail(lists)).toContain('five-d2.org');
    expect(lists.disposable).toContain('five-d3.org');
    expect(lists.disposable).not.toContain('five-d2.org');
  });

  it('leave out of the typing errors what is somebody’s, and out of the others what is an error', () => {
    const without = new Map(settle(sourcesOf({})).typingErrors);
    expect(without.get('outlok.com')).toBe('outlook.com');
    expect(without.get('outlooks.com')).toBeUndefined();
    expect(without.get('outlool.de')).toBe('outlook.de');
    const lists = settle(
      sourcesOf({ free: times(2, 'outlool.de'), disposable: times(5, 'gmial.com'), universities: ['hotmial.de'] }),
    );
    const errors = new Map(lists.typingErrors);
    expect(errors.has('outlool.de')).toBe(false);
    expect(errors.has('hotmial.de')).toBe(false);
    expect(errors.get('gmial.com')).toBe('gmail.com');
    expect(lists.disposable).not.toContain('gmial.com');
  });

  it('keep staff below a provider of mailboxes apart', () => {
    const lists = settle(sourcesOf({ universities: ['campus.provider.org'], free: times(2, 'provider.org') }));
    expect(withMail(lists)).toContain('provider.org');
    expect(lists.company).toContain('campus.provider.org');
  });
});

describe('the lists that ship', () => {
  const files = readdirSync(DATA).filter((name) => /\.(?:txt|tsv)$/u.test(name));
  const lists = files.filter((name) => !name.endsWith('.LICENSES.txt'));

  it.each(lists)('%s says where it is from, under which licence and of when, and is in the changelog', (name) => {
    const lines = readFileSync(join(DATA, name), 'utf8').split('\n');
    const header = lines.filter((line) => line.startsWith('#')).join('\n');
    expect(header).toMatch(/^# source: /mu);
    expect(header).toMatch(/^# licence/mu);
    expect(header).toMatch(/^# made: \d{4}-\d\d-\d\d/mu);
    const made = /^# made: (\d{4}-\d\d-\d\d)/mu.exec(header)?.[1] ?? '';
    const changelog = readFileSync(join(DATA, 'CHANGELOG.md'), 'utf8');
    expect(changelog).toContain(`## ${made}`);
    expect(changelog).toContain(name);
  });

  it.each(files)('%s is in the build as it is in the sources', (name) => {
    const built = readFileSync(compiled(`src/enrichment/providers/data/${name}`), 'utf8');
    expect(built === readFileSync(join(DATA, name), 'utf8')).toBe(true);
  });

  it('is made with the suffixes that the product reads', () => {
    const { dependencies } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const sources = readFileSync(join(PROJECT_ROOT, 'scripts', 'lists', 'sources.mjs'), 'utf8');
    expect(sources).toContain(`tldts: { version: '${dependencies.tldts ?? ''}'`);
  });
});
