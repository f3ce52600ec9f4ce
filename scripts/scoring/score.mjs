// Asks everybody for every case of a corpus and counts what comes back.
import { isHeldOut, readCorpus } from '../corpora/corpus-file.mjs';
import { installPackages } from '../corpora/packages.mjs';
import { ModuleError } from './modules.mjs';
import { findMisses, isBetter, VERDICTS, wilson } from './reach.mjs';

const TURN_MS = 100;
const EVERY_CASE = { title: null, of: () => true };

/**
 * Scores one module.
 *
 * @param module as loaded
 * @param options `dist`: absolute path of the build; `peers`: whether to install and ask them; `failures`: how many
 *   failing rows to keep, never of the held-out half; `say`: takes lines of progress; `signal`: ends it
 * @returns `{ name, title, provider, corpus, header, rows, failures }`; `rows` are those of the table, the module's own
 *   first and one for each subset, see {@link toRow}
 */
export async function scoreModule(module, { dist, peers, failures, say, signal }) {
  const { header, rows } = readCorpus(module.corpus);
  if (rows.length === 0) throw new ModuleError(`${module.name}: ${module.corpus} has no cases`);
  const heldOut = rows.map((row) => isHeldOut(module.key(row)));
  say(`${module.title}: ${rows.length} cases`);
  const ours = await judgeAll(module, rows, await module.answers(dist), signal);
  const sides = [];
  for (const peer of peers ? module.peers : []) {
    signal.throwIfAborted();
    say(`  ${peer.package} ...`);
    const startedAtMs = performance.now();
    sides.push({ peer, judged: await askPeer(module, peer, rows, signal) });
    say(`  ${peer.package} took ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
  }
  const parts = [{ ...EVERY_CASE, reach: module.reach }, ...module.subsets].map((part) =>
    toRow(module, part, rows, heldOut, ours, sides),
  );
  return {
    name: module.name,
    title: module.title,
    provider: module.provider,
    corpus: module.corpus,
    header,
    rows: parts,
    failures: pickFailures(rows, heldOut, ours, failures),
  };
}

/** A row of the table: our counts (all, the half rules may be written against, the held-out half), and the peers'. */
function toRow(module, { title, of, reach = {} }, rows, heldOut, ours, sides) {
  const inPart = rows.map((row) => of(row));
  if (!inPart.includes(true)) throw new ModuleError(`${module.name}: no case is of the subset "${title}"`);
  const count = (judged, half) =>
    countVerdicts(judged.filter((_, index) => inPart[index] && (half === null || heldOut[index] === half)));
  const all = count(ours, null);
  const held = count(ours, true);
  const peers = sides.map(({ peer, judged }) => {
    const counts = count(judged, null);
    return {
      package: peer.package,
      ranked: peer.ranked,
      why: peer.why ?? null,
      all: counts,
      heldOut: count(judged, true),
      better: peer.ranked && isBetter(counts, all),
    };
  });
  // A row without a bound is there to be looked at: a subset of one answer is won by whoever always gives it.
  const betterPeers = (Object.keys(reach).length === 0 ? [] : peers)
    .filter(({ better }) => better)
    .map(({ package: name, all: { right, wrong } }) => `${name} is better: ${right} right, ${wrong} wrong`);
  return {
    title: title === null ? module.title : `${module.title}: ${title}`,
    corpus: module.corpus,
    provider: module.provider,
    reach,
    all,
    open: count(ours, false),
    heldOut: {
      ...held,
      interval: { right: wilson(held.right, held.cases), wrong: wilson(held.wrong, held.cases) },
    },
    misses: [...findMisses(reach, all, held), ...betterPeers],
    peers,
  };
}

async function askPeer(module, peer, rows, signal) {
  const { require } = installPackages([peer.package]);
  const answer = await peer.answers(require);
  // A package that throws says nothing about the case.
  const careful = async (row) => {
    try {
      return await answer(row);
    } catch {
      return undefined;
    }
  };
  return judgeAll(module, rows, careful, signal, true);
}

/** @returns by case the verdict and the answer. */
async function judgeAll(module, rows, answer, signal, isPeer = false) {
  if (typeof answer !== 'function') throw new ModuleError(`${module.name}: answers() gave no function`);
  const judged = [];
  let turnAtMs = performance.now();
  for (const row of rows) {
    // Answers that never wait would keep Ctrl-C waiting for the whole corpus.
    if (performance.now() - turnAtMs > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      turnAtMs = performance.now();
    }
    const given = await answer(row);
    const verdict = isPeer && given === undefined ? 'silent' : module.judge(row, given);
    if (!VERDICTS.includes(verdict)) throw new ModuleError(`${module.name}: judge() said ${JSON.stringify(verdict)}`);
    judged.push({ verdict, given });
  }
  return judged;
}

function countVerdicts(judged) {
  const counts = { cases: judged.length, right: 0, near: 0, wrong: 0, silent: 0 };
  for (const { verdict } of judged) counts[verdict] += 1;
  return counts;
}

/** Wrong ones first: they are the worst. */
function pickFailures(rows, heldOut, judged, limit) {
  return ['wrong', 'near', 'silent']
    .flatMap((verdict) =>
      rows.flatMap((row, index) =>
        judged[index].verdict === verdict && !heldOut[index]
          ? [{ verdict, row, answer: judged[index].given ?? null }]
          : [],
      ),
    )
    .slice(0, limit);
}
