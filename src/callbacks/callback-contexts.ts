/** The encrypted parts of an action that a callback needs, or the fact that no key opens them. */
export type CallbackContext =
  | {
      /** For `X-Callback-Token`. */
      readonly token: string;
      /** The IMS organisation. */
      readonly tenant: string;
    }
  /** No configured key decrypts it. */
  | { readonly unreadable: true };

/** Where the channel gets the secrets of whole batches from: one look-up per batch, nothing kept. */
export abstract class CallbackContexts {
  /** By action id; an action with an erased payload is missing from the answer. */
  abstract load(actionIds: readonly string[]): Promise<ReadonlyMap<string, CallbackContext>>;
}
