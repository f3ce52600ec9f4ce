/** Views of routes that are newer than the console's other ones. */

export interface RevealedDelivery {
  readonly deliveryId: string;
  readonly channel: string;
  readonly status: string;
  readonly contentType: string;
  /** Null: retention or an erasure has removed it. */
  readonly body: string | null;
}

export interface RevealedAction {
  readonly requestId: string;
  readonly objectData: string | null;
  readonly results: readonly string[];
  readonly deliveries: readonly RevealedDelivery[];
}
