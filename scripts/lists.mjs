// `npm run lists`: makes the lists of mail domains and of names of countries that the product ships.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { COUNTRY_SOURCES, makeCountryNames, readCountryLicences } from './lists/country-names.mjs';
import { pinnedSources, readSources, SOURCES } from './lists/sources.mjs';
import { settle } from './lists/rules.mjs';

const folder = join(import.meta.dirname, '..', 'src', 'enrichment', 'providers', 'data');
const changelog = join(folder, 'CHANGELOG.md');

const LISTS = {
  webmail: ['webmail-domains.txt', 'free mail that is nothing but mail: as a website it is no company'],
  free: ['free-mail-domains.txt', 'free mail of companies that are more than that: as a website each is a company'],
  relay: ['relay-mail-domains.txt', 'forward mail to a mailbox that they hide'],
  company: ['company-mail-domains.txt', 'of institutions and staff, below a host of another list'],
  disposable: ['disposable-mail-domains.txt', 'throw-away mail'],
  typingErrors: ['mail-typing-errors.tsv', 'typing errors of mail hosts: the error, a tab, the host that was meant'],
};
/** One line a country, made as a whole. */
const COUNTRIES = 'country-names.tsv';
/** Names shown of each change, at most. */
const SHOWN = 20;

const HELP = `npm run lists [-- options]

Makes the lists of mail domains and of names of countries (src/enrichment/providers/data) from the packages pinned in
scripts/lists and from what is written by hand in scripts/lists/by-hand, and writes down what changed. The packages are
installed into a cache folder outside the project.

  --check   writes nothing: ends with 1 when the lists are not what the pinned packages make, and shows what the newest
            versions of the packages would change
  --help
`;

const options = readOptions(process.argv.slice(2));
let made = {};
if (options === null) process.exitCode = 2;
else if (options.help) process.stdout.write(HELP);
else {
  made = await makeLists();
  if (options.check) await check();
  else write();
}

/** Null, with a word about it on stderr, for what is no option. */
function readOptions(args) {
  try {
    return parseArgs({ args, options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    return null;
  }
}

async function makeLists(mail = pinnedSources(), countries = COUNTRY_SOURCES) {
  return { ...toLines(settle(await readSources(mail))), countries: (await makeCountryNames(countries)).split('\n') };
}

function write() {
  const before = readLists();
  const date = new Date().toISOString().slice(0, 10);
  const changes = describeChanges(before, made);
  if (changes.length === 0) {
    console.log('The lists are as they were.');
    return;
  }
  mkdirSync(folder, { recursive: true });
  for (const [key, [name, about]] of Object.entries(LISTS)) {
    const header = [
      `# ${about}`,
      '# source: the packages of scripts/lists/sources.mjs and scripts/lists/by-hand, by the rules of scripts/lists/rules.mjs',
      `# licence of the sources: ${[...new Set(Object.values(SOURCES).map(({ licence }) => licence))].sort().join(', ')}`,
      `# made: ${date} (npm run lists)`,
    ];
    writeFileSync(join(folder, name), `${[...header, ...made[key]].join('\n')}\n`);
  }
  writeFileSync(join(folder, COUNTRIES), made.countries.join('\n'));
  writeFileSync(join(folder, 'country-names.LICENSES.txt'), readCountryLicences());
  const head = '# Changes of the lists\n\nWritten by `npm run lists`.\n';
  const entries = existsSync(changelog) ? readFileSync(changelog, 'utf8').slice(head.length) : '';
  const entry = [
    `\n## ${date}\n`,
    `Sources: ${[...pinnedSources(), ...COUNTRY_SOURCES].join(', ')}.\n`,
    ...changes,
    '',
  ].join('\n');
  writeFileSync(changelog, head + entry + entries);
  console.log(changes.join('\n'));
}

async function check() {
  const stale = describeChanges(readLists(), made);
  if (stale.length > 0) {
    console.log(`The lists are not what the pinned sources make. Run npm run lists.\n${stale.join('\n')}`);
    process.exitCode = 1;
  } else {
    console.log('The lists are what the pinned sources make.');
  }
  const newest = [...pinnedSources(), ...COUNTRY_SOURCES].map(toNewest);
  const newer = newest.filter(({ version, latest }) => latest !== version);
  if (newer.length === 0) {
    console.log('No source has a newer version.');
    return;
  }
  console.log(`Newer: ${newer.map(({ name, version, latest }) => `${name} ${version} → ${latest}`).join(', ')}.`);
  const packages = newest.map(({ name, latest }) => `${name}@${latest}`);
  const count = pinnedSources().length;
  const changes = describeChanges(made, await makeLists(packages.slice(0, count), packages.slice(count)));
  console.log(changes.length === 0 ? 'They would change nothing.' : `They would change:\n${changes.join('\n')}`);
}

/** Suffixes stay those that the product decides by. */
function toNewest(pinned) {
  const at = pinned.lastIndexOf('@');
  const [name, version] = [pinned.slice(0, at), pinned.slice(at + 1)];
  return { name, version, latest: name === 'tldts' ? version : latestOf(name) };
}

function latestOf(name) {
  const { status, stdout } = spawnSync('npm', ['view', name, 'version'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm does not know the newest version of ${name}; is the registry reached?`);
  return stdout.trim();
}

function toLines({ typingErrors, ...lists }) {
  return { ...lists, typingErrors: typingErrors.map((pair) => pair.join('\t')) };
}

function readLists() {
  const read = (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').split('\n') : []);
  const mail = Object.entries(LISTS).map(([key, [name]]) => [
    key,
    read(name).filter((line) => line !== '' && !line.startsWith('#')),
  ]);
  return { ...Object.fromEntries(mail), countries: read(COUNTRIES) };
}

/** A line for each list that changed: its size, how many lines came and went, and some of them. */
function describeChanges(before, after) {
  const mail = Object.entries(LISTS).flatMap(([key, [name]]) => {
    const [old, now] = [new Set(before[key]), new Set(after[key])];
    return describeChange(name, old, now);
  });
  return [...mail, ...describeChange(COUNTRIES, namesOf(before.countries), namesOf(after.countries))];
}

function describeChange(list, old, now) {
  const added = [...now].filter((line) => !old.has(line));
  const removed = [...old].filter((line) => !now.has(line));
  if (added.length + removed.length === 0) return [];
  const parts = [`${now.size} lines`, ...(old.size === 0 ? [] : [some('new', added), some('gone', removed)])];
  return [`- ${list}: ${parts.join('; ')}`];
}

/** Each name of each country: "DE deutschland". */
function namesOf(lines) {
  const rows = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('\t'));
  return new Set(
    rows.flatMap(([code, ...cells]) =>
      code === '?'
        ? [`? ${cells.join(' ')}`]
        : cells.flatMap((cell) => cell.split(' ').map((name) => `${code} ${name}`)),
    ),
  );
}

function some(word, lines) {
  const shown = lines.slice(0, SHOWN).map((line) => line.replace('\t', ' (') + (line.includes('\t') ? ')' : ''));
  const rest = lines.length > SHOWN ? ' and others' : '';
  return lines.length === 0 ? `none ${word}` : `${lines.length} ${word}: ${shown.join(', ')}${rest}`;
}
