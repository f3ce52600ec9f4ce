/** Everything else may carry cookies or personal data. */
const KEPT_HEADERS = [
  'content-type',
  'content-length',
  'retry-after',
  'server',
  'date',
  'x-request-id',
  'cf-ray',
  'via',
];

const KEPT_HEADER_LENGTH = 1024;

/** Headers of an answer as a parser gives them: a text, or a list of texts where the header came several times. */
export type AnswerHeaders = Readonly<Record<string, unknown>>;

/** The headers that are recorded, cut to 1,024 characters; values of a header that came several times are joined. */
export function keepHeaders(headers: AnswerHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const values = textsOf(headers[name]);
    if (values.length > 0) kept[name] = values.join(', ').slice(0, KEPT_HEADER_LENGTH);
  }
  return kept;
}

/** Whether the body is text as it stands, neither compressed nor encoded. */
export function isPlain(headers: AnswerHeaders): boolean {
  const encodings = textsOf(headers['content-encoding']).flatMap((value) => value.split(','));
  return encodings.every((encoding) => /^\s*(?:identity)?\s*$/i.test(encoding));
}

/** The texts among the values; other values are left out without an error. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as unknown[]).filter((one) => typeof one === 'string') : [];
}
