import { accept, hasControlCharacter, listOf, type Parsed, refuse, type VariableType } from './variable-type.js';

const PROPAGATORS: readonly string[] = ['tracecontext', 'baggage', 'none'];

/** A number from 0 to 1. */
export const share: VariableType<number> = {
  label: 'number from 0 to 1',
  parse(text) {
    const value = Number(text);
    return /^(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(text) && value <= 1
      ? accept(value)
      : refuse(`"${text}" is not a number from 0 to 1`, 'write e.g. 0.01 for one request in a hundred');
  },
};

/** Names of ways to carry a trace from one system to the next. */
export const propagators: VariableType<readonly string[]> = listOf('propagators separated by commas', (text) =>
  PROPAGATORS.includes(text.toLowerCase())
    ? accept(text.toLowerCase())
    : refuse(`"${text}" is not known here`, `write ${PROPAGATORS.join(', ')}`),
);

/** Headers as OpenTelemetry writes them. Never quoted: they hold keys. */
export const headerPairs: VariableType<readonly string[]> = listOf('name=value separated by commas', (text) =>
  readPair(text, /^[\w!#$%&'*+.^`|~-]+$/, 'write name=value, percent-encoded, as it was given to you'),
);

/** Attributes of a process as OpenTelemetry writes them. */
export const resourceAttributes: VariableType<readonly string[]> = listOf('name=value separated by commas', (text) =>
  readPair(text, /^[^\s=]+$/, 'write name=value, e.g. deployment.environment.name=production'),
);

function readPair(text: string, name: RegExp, remedy: string): Parsed<string> {
  const equals = text.indexOf('=');
  const isPair = equals > 0 && name.test(text.slice(0, equals).trim()) && !hasControlCharacter(text);
  if (!isPair) return refuse('is not name=value', remedy);
  // The library skips a value that it cannot decode, and says nothing.
  return /%(?![0-9a-f]{2})/i.test(text) ? refuse('has a % that begins no code', 'write %25 for it') : accept(text);
}
