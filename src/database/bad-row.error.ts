/** An error of any kind that belongs to one row of a batch: the others are written without that row. */
export class BadRowError extends Error {
  readonly code = 'BAD_ROW';

  constructor(cause: unknown) {
    super('A row of the batch cannot be written.', { cause });
    this.name = 'BadRowError';
  }
}
