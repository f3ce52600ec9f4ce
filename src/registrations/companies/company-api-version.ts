import type { RequestProblem } from '../../http/request-error.js';

/** Versions of the companies' API. They differ in the form of phone numbers alone. */
export const API_VERSIONS = Object.freeze([1, 2] as const);
export type ApiVersion = (typeof API_VERSIONS)[number];

/** The header that names one. */
export const API_VERSION_HEADER = 'X-API-Version';

/**
 * Reads `X-API-Version`. Node joins a header that was sent several times; equal ones count as one.
 * @returns undefined when it was not sent, and when it is wrong, which `problems` then says.
 */
export function readApiVersion(
  header: string | readonly string[] | undefined,
  problems: RequestProblem[],
): ApiVersion | undefined {
  if (header === undefined) return undefined;
  const texts = new Set(
    String(header)
      .split(',')
      .map((text) => text.trim()),
  );
  const [text] = texts;
  const version = texts.size === 1 ? API_VERSIONS.find((known) => String(known) === text) : undefined;
  if (version === undefined) problems.push({ field: API_VERSION_HEADER, message: 'must be 1 or 2' });
  return version;
}
