/** Tokens are 256 bits in base64url: anything else is none of ours, however it is written. */
const TOKEN = /^fueloauth[^<>]{0,300}>\s{0,64}(?:<!\[CDATA\[\s{0,64})?([\w-]{43})\s{0,64}[<\]]/;
const NEEDLE = 'fueloauth';
const WINDOW = 512;
/** Opening and closing tag, and a few that only look like it. */
const LOOKS_MAX = 16;

/**
 * The token a message seems to carry, found without reading it as XML: no document is parsed before its sender
 * is known. Whether the element really stands in the header is checked when the message is read.
 */
export function findToken(bytes: Buffer): string | null {
  let at = bytes.indexOf(NEEDLE);
  for (let looks = 0; at !== -1 && looks < LOOKS_MAX; looks += 1) {
    const [, token] = TOKEN.exec(bytes.toString('latin1', at, at + WINDOW)) ?? [];
    if (token !== undefined) return token;
    at = bytes.indexOf(NEEDLE, at + NEEDLE.length);
  }
  return null;
}
