// Cuts the source map of a bundle into one small map per module. The whole map of a bundle is megabytes: reading it would
// keep the service waiting at its first error.
import { decode, encode } from '@jridgewell/sourcemap-codec';

/**
 * The maps of all modules as one text. Its first line is JSON: for each module, in order, the first line of the bundle that
 * is its own (from 0), its source, and where its mappings begin and end, counted from the end of the first line.
 */
export function splitMap({ sources, mappings }) {
  const modules = [];
  decode(mappings).forEach((segments, row) => {
    const source = segments.find(({ length }) => length > 1)?.[1];
    if (source !== undefined && modules.at(-1)?.source !== source) modules.push({ source, row, lines: [] });
    modules.at(-1)?.lines.push(segments.filter((segment) => segment[1] === modules.at(-1).source));
  });
  const index = [];
  let text = '';
  for (const { source, row, lines } of modules) {
    const written = encode(lines.map((segments) => segments.map(toOnlySource)));
    index.push([row, sources[source], text.length, text.length + written.length]);
    text += written;
  }
  return `${JSON.stringify(index)}\n${text}`;
}

/** A module's map has one source, and names are not used. */
function toOnlySource([column, , line, columnOfLine]) {
  return [column, 0, line, columnOfLine];
}
