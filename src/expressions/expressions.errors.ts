/** An expression of a service's YAML cannot be compiled; stops the boot. */
export class ExpressionSyntaxError extends Error {
  readonly code = 'EXPRESSION_INVALID';

  constructor(
    /** The place of the expression in its file, as the caller names it. */
    readonly where: string,
    /** One sentence with line and column. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${where}: ${problem}`, options);
    this.name = 'ExpressionSyntaxError';
  }
}
