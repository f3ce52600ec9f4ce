// Cuts the source map of a bundle into one small map per module. The whole map of a bundle is megabytes: reading it would
// keep the service waiting at its first error.

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));

/**
 * The maps of all modules as one text. Its first line is JSON: for each module, in order, the first line of the bundle that
 * is its own (from 0), its source, and where its mappings begin and end, counted from the end of the first line.
 */
export function splitMap({ sources, mappings }) {
  const modules = [];
  const fields = [0, 0, 0, 0];
  mappings.split(';').forEach((line, row) => {
    fields[0] = 0;
    const segments = line === '' ? [] : line.split(',').map((segment) => decode(segment, fields));
    const source = segments.find(({ length }) => length > 1)?.[1];
    if (source !== undefined && modules.at(-1)?.source !== source) modules.push({ source, row, lines: [] });
    modules.at(-1)?.lines.push(segments.filter((segment) => segment[1] === modules.at(-1).source));
  });
  const index = [];
  let text = '';
  for (const { source, row, lines } of modules) {
    const written = encode(lines);
    index.push([row, sources[source], text.length, text.length + written.length]);
    text += written;
  }
  return `${JSON.stringify(index)}\n${text}`;
}

/** Numbers of a map are told by their difference to the one before. @returns column, source, line, column of the source */
function decode(segment, fields) {
  let [field, value, shift] = [0, 0, 0];
  for (const digit of segment) {
    const bits = VALUES.get(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    // A fifth number is a name, which is not used.
    if (field < 4) fields[field] += (value & 1) === 1 ? -(value >>> 1) : value >>> 1;
    [field, value, shift] = [field + 1, 0, 0];
  }
  return fields.slice(0, Math.min(field, 4));
}

/** Of one module, so the source is always the first. */
function encode(lines) {
  let [sourceLine, sourceColumn] = [0, 0];
  return lines
    .map((segments) => {
      let column = 0;
      return segments
        .map(([at, , line, columnOfLine]) => {
          const written = [at - column, 0, line - sourceLine, columnOfLine - sourceColumn].map(encodeNumber).join('');
          [column, sourceLine, sourceColumn] = [at, line, columnOfLine];
          return written;
        })
        .join(',');
    })
    .join(';');
}

function encodeNumber(number) {
  let rest = number < 0 ? (-number << 1) | 1 : number << 1;
  let written = '';
  do {
    const bits = rest & 31;
    rest >>>= 5;
    written += DIGITS[rest > 0 ? bits | 32 : bits];
  } while (rest > 0);
  return written;
}
