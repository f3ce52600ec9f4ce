/** An error that belongs to one of the rows of a batch, whatever its kind: the others are written without that row. */
export class BadRowError extends Error {
  readonly code = 'BAD_ROW';

  constructor(cause: unknown) {
    super('A row of the batch cannot be written.', { cause });
    this.name = 'BadRowError';
  }
}
