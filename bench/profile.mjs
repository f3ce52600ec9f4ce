// `node bench/profile.mjs <file.cpuprofile>`: where the time of a process went, by function and by package.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(import.meta.dirname, '..');
const TOP = 25;

/** The functions with the most time of their own, by package, and those of ours with all they call, as lines. */
export async function summarizeProfile(file) {
  const profile = JSON.parse(await readFile(file, 'utf8'));
  const waiting = idsOfWaiting(profile);
  const selfUs = new Map();
  profile.samples.forEach((id, index) => {
    if (!waiting.has(id)) selfUs.set(id, (selfUs.get(id) ?? 0) + profile.timeDeltas[index]);
  });
  const [functions, packages, whole] = [new Map(), new Map(), new Map()];
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  let totalUs = 0;
  /** With all below it; what calls itself counts once. What Node does is put down to the package that called it. */
  const walk = async (node, callers, cause) => {
    const place = await placeOf(node.callFrame);
    const name = `${node.callFrame.functionName || '(anonymous)'}  ${place}`;
    const isOurs = /^src\//.test(place) && !callers.has(name);
    if (isOurs) callers.add(name);
    const own = packageOf(node.callFrame, place) ?? cause;
    let us = selfUs.get(node.id) ?? 0;
    add(packages, own, us);
    for (const child of node.children ?? []) us += await walk(byId.get(child), callers, own);
    if (isOurs) {
      callers.delete(name);
      add(whole, name, us);
    }
    return us;
  };
  for (const { id, callFrame } of profile.nodes) {
    const us = selfUs.get(id) ?? 0;
    totalUs += us;
    const place = await placeOf(callFrame);
    add(functions, `${callFrame.functionName || '(anonymous)'}  ${place}`, us);
  }
  await walk(profile.nodes[0], new Set(), 'node itself');
  const share = (us) => `${((us / totalUs) * 100).toFixed(1).padStart(5)} %`;
  const top = (map, count) =>
    [...map]
      .sort(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([name, us]) => `${share(us)}  ${name}`);
  return [
    'by function, its own time:',
    ...top(functions, TOP),
    '',
    'by package, with what Node does for it:',
    ...top(packages, TOP),
    '',
    'ours, with all they call:',
    ...top(whole, 2 * TOP),
  ].join('\n');
}

/** Shares are of what the process did: not of waiting, and not of the profiler's own work. */
function idsOfWaiting({ nodes }) {
  const isWaiting = ({ functionName, url }) => functionName === '(idle)' || url === 'node:inspector';
  const tops = nodes.filter(({ callFrame }) => isWaiting(callFrame));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ids = new Set();
  const take = (node) => {
    ids.add(node.id);
    for (const child of node.children ?? []) take(byId.get(child));
  };
  tops.forEach(take);
  return ids;
}

function add(map, key, us) {
  map.set(key, (map.get(key) ?? 0) + us);
}

const maps = new Map();

/** In the sources, where there is a map of them. */
async function placeOf({ url, lineNumber, columnNumber }) {
  if (!url.startsWith('file:')) return url === '' ? '' : `${url}:${lineNumber + 1}`;
  const file = fileURLToPath(url);
  if (existsSync(`${file}.maps`)) return placeInBundle(file, lineNumber, columnNumber);
  if (!maps.has(file)) maps.set(file, file.includes('node_modules') ? null : await readMap(file));
  const entry = maps.get(file)?.findEntry(lineNumber, columnNumber);
  const original = entry?.originalSource;
  if (original === undefined) return `${shorten(file)}:${lineNumber + 1}`;
  const source = original.startsWith('file:') ? fileURLToPath(original) : resolve(dirname(file), original);
  return `${shorten(source)}:${entry.originalLine + 1}`;
}

/** A file of many modules: its build knows where each line is from. */
async function placeInBundle(file, lineNumber, columnNumber) {
  const { findPlace } = await import(join(dirname(file), '..', 'src', 'source-maps.js'));
  const place = findPlace(file, lineNumber, columnNumber);
  return place === null ? `${shorten(file)}:${lineNumber + 1}` : `${shorten(place.file)}:${place.line + 1}`;
}

async function readMap(file) {
  try {
    return new SourceMap(JSON.parse(await readFile(`${file}.map`, 'utf8')));
  } catch {
    return null;
  }
}

function shorten(file) {
  const inModules = file.lastIndexOf('node_modules/');
  if (inModules >= 0) return file.slice(inModules + 'node_modules/'.length);
  const inSources = /\/((?:src|migrations|simulator|bench)\/.*)$/.exec(file);
  return inSources?.[1] ?? relative(ROOT, file);
}

function packageOf({ functionName, url }, place) {
  if (functionName === '(garbage collector)' || functionName === '(program)') return functionName;
  if (!url.startsWith('file:')) return null;
  if (/^(src|migrations|bench)\//.test(place)) return place.split('/').slice(0, 2).join('/');
  return place
    .split('/')
    .slice(0, place.startsWith('@') ? 2 : 1)
    .join('/');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await summarizeProfile(process.argv[2]));
