/**
 * Counts the rows a stage of this process holds. Places are reserved before a row is leased, so a process never
 * leases what it has no room for; a suspect closes the doors to everybody else while it runs.
 */
export class StagePlaces {
  private taken = 0;
  private closed = false;
  private emptied: (() => void)[] = [];

  /** @param extra rows beyond `base` that may be held at this moment: held rows that only wait take no room of others. */
  constructor(
    private readonly base: number,
    private readonly extra: () => number = () => 0,
  ) {}

  get capacity(): number {
    return this.base + this.extra();
  }

  get held(): number {
    return this.taken;
  }

  get free(): number {
    return this.closed ? 0 : this.capacity - this.taken;
  }

  /** @returns how many of `wanted` were granted. */
  reserve(wanted: number): number {
    const granted = Math.max(Math.min(wanted, this.free), 0);
    this.taken += granted;
    return granted;
  }

  release(count: number): void {
    this.taken -= count;
    if (this.taken === 0) for (const resolve of this.emptied.splice(0)) resolve();
  }

  /** Grants nothing until {@link open}. */
  close(): void {
    this.closed = true;
  }

  open(): void {
    this.closed = false;
  }

  /** Resolves true once nothing is held, false when `withinMs` passes first. */
  async empty(withinMs: number): Promise<boolean> {
    if (this.taken === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const isEmpty = new Promise<boolean>((resolve) => this.emptied.push(() => resolve(true)));
    const isLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), Math.max(withinMs, 0));
    });
    const result = await Promise.race([isEmpty, isLate]);
    clearTimeout(timer);
    return result;
  }
}
