/** The counts kept of a delivery under way. */
export interface LoadedDelivery {
  readonly channel: string;
  readonly destinationId: string;
}

/** How many deliveries of this process are under way per destination and per channel: the caps are kept with it. */
export class DestinationLoad {
  private readonly destinations = new Map<string, number>();
  private readonly channels = new Map<string, number>();

  of(destinationId: string): number {
    return this.destinations.get(destinationId) ?? 0;
  }

  ofChannel(channel: string): number {
    return this.channels.get(channel) ?? 0;
  }

  add({ destinationId, channel }: LoadedDelivery): void {
    this.destinations.set(destinationId, this.of(destinationId) + 1);
    this.channels.set(channel, this.ofChannel(channel) + 1);
  }

  remove({ destinationId, channel }: LoadedDelivery): void {
    const left = this.of(destinationId) - 1;
    if (left > 0) this.destinations.set(destinationId, left);
    else this.destinations.delete(destinationId);
    this.channels.set(channel, this.ofChannel(channel) - 1);
  }

  /** The most that is under way to any one destination. */
  max(): number {
    let most = 0;
    for (const count of this.destinations.values()) if (count > most) most = count;
    return most;
  }

  /** Destinations with something under way, and how much. */
  entries(): [string, number][] {
    return [...this.destinations.entries()];
  }
}
