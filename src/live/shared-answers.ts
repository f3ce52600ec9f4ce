/** An answer is given to others for this long at most: what no event tells of may have changed. */
const KEPT_MS = 1_000;
const KEPT_MAX = 100;

interface SharedAnswer {
  /** The last event when it was begun. */
  readonly number: number;
  readonly text: Promise<string>;
}

/**
 * Answers that many consoles ask for at the same event. An event comes after the commit that it tells of: an answer that
 * was begun after it shows all that a reader of the event looks for. By time alone, an answer could be older than the
 * event, and the reader would not ask again.
 */
export class SharedAnswers {
  private readonly kept = new Map<string, SharedAnswer>();

  /**
   * @param key names the question, with all that its answer depends on
   * @param after the number of the event that the reader knows of
   * @param last the number of the last event there was
   */
  take(key: string, after: number, last: number, work: () => Promise<string>): Promise<string> {
    const kept = this.kept.get(key);
    if (kept !== undefined && kept.number >= after) return kept.text;
    const text = work();
    if (this.kept.size < KEPT_MAX || kept !== undefined) this.keep(key, { number: last, text });
    return text;
  }

  private keep(key: string, answer: SharedAnswer): void {
    this.kept.set(key, answer);
    const forget = (): void => {
      if (this.kept.get(key) === answer) this.kept.delete(key);
    };
    // One that takes longer than that is still made for all who wait for it.
    setTimeout(() => void answer.text.then(forget, forget), KEPT_MS).unref();
    // A failure is for those who wait for it.
    answer.text.catch(forget);
  }
}
