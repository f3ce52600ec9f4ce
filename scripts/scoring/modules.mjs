// The modules of the accuracy table: one file of scripts/accuracy each, read and checked before anything is measured.
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REACH_KEYS } from './reach.mjs';

/** Something is wrong with a module, in words for its author. */
export class ModuleError extends Error {}

/**
 * Loads the modules of a folder, in the order of their names. A module's default export has
 *
 * - `title`, `corpus` (a file of test/corpora), `provider`: text;
 * - `reach`: bounds as in {@link REACH_KEYS}, in percent;
 * - `key(row)`: the text that decides whether a row is held out;
 * - `answers(dist)`: a function of a row, which may be asynchronous, that asks the provider of a built dist folder;
 * - `judge(row, answer)`: 'right', 'wrong' or 'silent', or 'near': not right, and not what the reach calls wrong;
 * - `peers`, optional: `{ package: 'name@1.2.3', ranked, why, answers(require) }`; a peer gives answers of the same form;
 * - `subsets`, optional: `{ title, of(row), reach }`, each a row of the table of its own.
 *
 * @param folder of the modules
 * @param only names of modules or corpora, with or without an ending; all when empty
 * @throws ModuleError naming the file and what is wrong with it
 */
export async function loadModules(folder, only = []) {
  if (!existsSync(folder)) throw new ModuleError(`${folder} is no folder`);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.mjs'))
    .sort();
  const modules = [];
  for (const file of files) {
    const { default: exported } = await import(pathToFileURL(join(folder, file)).href);
    modules.push({ peers: [], subsets: [], ...check(file, exported), name: basename(file, '.mjs') });
  }
  const names = ({ name, corpus }) => [name, corpus, corpus.replace(/\.[^.]+$/, '')];
  for (const asked of only) {
    if (modules.some((module) => names(module).includes(asked))) continue;
    throw new ModuleError(`no corpus "${asked}": ${modules.map(({ name }) => name).join(', ') || 'there is none'}`);
  }
  return only.length === 0 ? modules : modules.filter((module) => names(module).some((name) => only.includes(name)));
}

function check(file, exported) {
  const problems = [];
  const expect = (holder, where, type, keys) => {
    for (const key of keys) if (typeof holder?.[key] !== type) problems.push(`${where}${key} is no ${type}`);
  };
  const expectReach = (reach, where) => {
    if (typeof reach !== 'object' || reach === null) problems.push(`${where}reach is no object`);
    else problems.push(...describeUnknown(reach, where));
  };
  if (typeof exported !== 'object' || exported === null) throw new ModuleError(`${file}: no default export`);
  expect(exported, '', 'string', ['title', 'corpus', 'provider']);
  expect(exported, '', 'function', ['key', 'answers', 'judge']);
  expectReach(exported.reach, '');
  for (const [index, peer] of (exported.peers ?? []).entries()) {
    const where = `peers[${index}].`;
    expect(peer, where, 'string', ['package']);
    expect(peer, where, 'boolean', ['ranked']);
    expect(peer, where, 'function', ['answers']);
    if (peer.ranked === false) expect(peer, where, 'string', ['why']);
    if (!/^(@[^/]+\/)?[^@/]+@\d[^ ]*$/.test(peer.package)) problems.push(`${where}package has no exact version`);
  }
  for (const [index, subset] of (exported.subsets ?? []).entries()) {
    const where = `subsets[${index}].`;
    expect(subset, where, 'string', ['title']);
    expect(subset, where, 'function', ['of']);
    expectReach(subset.reach ?? {}, where);
  }
  if (problems.length > 0) throw new ModuleError(`${file}: ${problems.join('; ')}`);
  return exported;
}

/** A bound with a typing error would be no bound. */
function describeUnknown(reach, where) {
  return Object.entries(reach).flatMap(([key, bound]) => {
    if (!REACH_KEYS.includes(key)) return [`${where}reach.${key} is none of ${REACH_KEYS.join(', ')}`];
    if (key !== 'count') return typeof bound === 'number' ? [] : [`${where}reach.${key} is no number`];
    return Object.entries(bound).flatMap(([verdict, count]) =>
      ['right', 'wrong', 'silent'].includes(verdict) && Number.isInteger(count)
        ? []
        : [`${where}reach.count.${verdict} is no count of right, wrong or silent`],
    );
  });
}
