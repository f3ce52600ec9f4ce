/** How many deliveries of this process are under way per destination: the in-flight caps are kept with it. */
export class DestinationLoad {
  private readonly counts = new Map<string, number>();

  of(destinationId: string): number {
    return this.counts.get(destinationId) ?? 0;
  }

  add(destinationId: string): void {
    this.counts.set(destinationId, this.of(destinationId) + 1);
  }

  remove(destinationId: string): void {
    const left = this.of(destinationId) - 1;
    if (left > 0) this.counts.set(destinationId, left);
    else this.counts.delete(destinationId);
  }

  /** The most that is under way to any one destination. */
  max(): number {
    let most = 0;
    for (const count of this.counts.values()) if (count > most) most = count;
    return most;
  }

  /** Destinations with something under way, and how much. */
  entries(): [string, number][] {
    return [...this.counts.entries()];
  }
}
