import { RequestError, type RequestProblem } from '../http/request-error.js';
import { TABLE_LIMITS } from './table-limits.js';

/** The first so many of a list, and how many there are in all. */
export class Tally<Item> {
  readonly first: Item[] = [];
  count = 0;

  add(item: Item): void {
    this.count += 1;
    if (this.first.length < TABLE_LIMITS.listed) this.first.push(item);
  }
}

/** A file that is refused, with what is wrong where. Lines, never cells: they are people's data. */
export function refuseFile(message: string, details: readonly RequestProblem[] = []): RequestError {
  return new RequestError(422, 'VALIDATION_ERROR', message, { details });
}

/** A file that cannot be read on from a line. */
export function refuseAt(line: number, message: string, status: 413 | 422 = 422): RequestError {
  const code = status === 413 ? 'INVALID_REQUEST' : 'VALIDATION_ERROR';
  return new RequestError(status, code, `Line ${line}: ${message}`, { details: [{ field: `line ${line}`, message }] });
}

/** A parameter of the query that does not fit the file. */
export function refuseParameter(field: string, message: string): RequestError {
  return new RequestError(422, 'VALIDATION_ERROR', `${field} ${message}`, { details: [{ field, message }] });
}

export function noSuchTable(): RequestError {
  return new RequestError(404, 'RESOURCE_NOT_FOUND', 'There is no lookup table of this name');
}
