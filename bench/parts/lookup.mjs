// A look-up in a table of a million rows beside the trivial pipeline, and the cost of uploading a table of that size: memory of
// the process that takes it, and actions meanwhile.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { startService } from '../contenders.mjs';
import { leadIdOf } from '../lead.mjs';
import { residentBytes } from '../proc.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

const TRIVIAL = 'trivial';
const MEANWHILE = 'trivial, uploading';
const LINES_AT_ONCE = 500;
const LOOK_EVERY_MS = 50;
/** An upload ends by itself there. */
const ROWS_MAX = 5_000_000;
const MIB = 1024 * 1024;

/**
 * Two services in turns: the first looks the lead's id up before all else, and the trivial one, alone and while it takes an
 * upload that goes on as long as the round.
 * @returns sides as in {@link alternate}, `ratio` look-up / trivial, `uploadRatio` uploading / trivial, and `upload`
 */
export async function measureLookupPart(world, { count, warmUpCount, connections, sideRounds, lookupRows }) {
  const servicesDir = await makeServices(world);
  const starting = [() => startService(world, { env: { SERVICES_DIR: servicesDir } }), () => startService(world)];
  return world.with(starting, async (looking, trivial) => {
    const filled = await upload(
      world,
      looking,
      rowsOf(() => false, lookupRows),
    );
    const measure = (contender) => measureEndToEnd(world, contender, { count, connections });
    for (const contender of [looking, trivial]) {
      await measureEndToEnd(world, contender, { count: warmUpCount, connections });
    }
    const memory = await measureMemory(world, trivial, lookupRows);
    const { sides, ratios, results } = await alternate(world, sideRounds, {
      'look-up': () => measure(looking),
      [TRIVIAL]: () => measure(trivial),
      [MEANWHILE]: () => whileUploading(world, trivial, () => measure(trivial)),
    });
    const pairs = results[MEANWHILE].map((round, turn) => round.perSecond / results[TRIVIAL][turn].perSecond);
    return { sides, ratio: ratios[TRIVIAL], uploadRatio: middleOf(pairs), upload: { ...filled, ...memory } };
  });
}

/** The bench's own service, which looks its lead up before it does what it does. */
async function makeServices(world) {
  const text = await readFile(join(import.meta.dirname, '..', 'services', 'bench-lead.yaml'), 'utf8');
  const step = `  - provider: lookup
    required: true
    settings: { table: bench, key: { id: leadId }, values: { territory: emailDomain }, found: isCorporate }
`;
  const yaml = text
    .replace('\n  fields:\n', '\n  fields:\n    - { serviceAttribute: leadId, dataType: string }\n')
    .replace('\npipeline:\n', `\npipeline:\n${step}`);
  const folder = join(world.folder, 'lookup-services');
  await mkdir(folder);
  await writeFile(join(folder, 'bench-lead.yaml'), yaml);
  return folder;
}

/** Lines of a table by lead id, until there are enough or it is told to end. */
function* rowsOf(isOver, most) {
  yield 'id,territory,owner,segment\n';
  for (let row = 0; row < most && !isOver(); row += LINES_AT_ONCE) {
    let lines = '';
    for (let at = row; at < Math.min(row + LINES_AT_ONCE, most); at += 1) {
      lines += `${leadIdOf(at)},territory ${at % 97},owner-${at % 1_013}@example.com,segment ${at % 7}\n`;
    }
    yield lines;
  }
}

async function upload(world, service, lines) {
  const startedAtMs = performance.now();
  const answer = await request(`http://127.0.0.1:${service.target.port}/admin/lookup-tables/bench`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${world.adminKey}`, 'content-type': 'text/csv' },
    body: Readable.from(lines, { objectMode: false }),
    headersTimeout: 0,
    signal: world.signal,
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`the upload was answered with ${answer.statusCode}: ${text}`);
  return { rows: JSON.parse(text).rows, seconds: (performance.now() - startedAtMs) / 1_000 };
}

/** How much more memory the process has at most during an upload than right before it. */
async function measureMemory(world, service, rows) {
  const [pid] = service.pids;
  const before = residentBytes(pid);
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, residentBytes(pid))), LOOK_EVERY_MS);
  try {
    await upload(
      world,
      service,
      rowsOf(() => false, rows),
    );
  } finally {
    clearInterval(timer);
  }
  return { rssBeforeMb: before / MIB, rssGrowthMb: (most - before) / MIB };
}

async function whileUploading(world, service, work) {
  let isOver = false;
  let ended = false;
  const uploading = upload(
    world,
    service,
    rowsOf(() => isOver, ROWS_MAX),
  ).finally(() => (ended = true));
  // Awaited below.
  uploading.catch(() => undefined);
  await sleep(500, undefined, { signal: world.signal });
  try {
    const round = await work();
    return ended ? { ...round, problems: [...round.problems, 'the upload ended before the round'] } : round;
  } finally {
    isOver = true;
    await uploading;
  }
}

function middleOf(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? null;
}
