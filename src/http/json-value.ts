/** A JSON value as it came; integers beyond 2^53 are `bigint`. */
export type JsonValue =
  string | number | bigint | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
