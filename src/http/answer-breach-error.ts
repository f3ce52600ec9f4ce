/** The receiver's bytes begin no answer; the message is a sentence of ours and quotes nothing. */
export class AnswerBreachError extends Error {
  readonly code = 'ANSWER_BREACH';

  constructor(message: string) {
    super(message);
    this.name = 'AnswerBreachError';
  }
}
