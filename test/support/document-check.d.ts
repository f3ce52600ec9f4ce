/** An answer as it went out; `route` as Fastify writes it, null for none. */
export interface SentAnswer {
  readonly method: string;
  readonly route: string | null;
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

/** Holds answers to an OpenAPI 3.0 document; members it does not name are problems, unless it says it is open. */
export class DocumentCheck {
  static of(text: string): DocumentCheck;
  problemsOf(answer: SentAnswer): string[];
}
