const WORD_MAX = 0xffffffff;
const WORD_BITS = 32;
const BYTE_BITS = 8;
const DIGIT_BITS = 4;
const HYPHEN = 0x2d;
const NINE = 0x39;
/** From the code of a digit, or of a lower-case letter, to its value. */
const DIGIT_OFFSET = 0x30;
const LETTER_OFFSET = 0x57;
const UUID_LENGTH = 36;

/**
 * Says which traces are sampled, as the SDK's `TraceIdRatioBasedSampler` does, but of an id with hyphens as well: that
 * one wants a new string for each question, and takes fifteen times as long to say no. Nearly always two digits of each
 * word decide.
 */
export function samplerOf(ratio: number): (id: string) => boolean {
  const bound = Math.floor(ratio * WORD_MAX);
  const top = bound >>> (WORD_BITS - BYTE_BITS);
  return (id) => {
    const own = topOf(id);
    return own === top ? foldOf(id) < bound : own < top;
  };
}

/** The exclusive or of an id's words of 32 bits. */
function foldOf(id: string): number {
  let fold = 0;
  let shift = WORD_BITS;
  for (let at = 0; at < id.length; at += 1) {
    if (id.charCodeAt(at) === HYPHEN) continue;
    if (shift === 0) shift = WORD_BITS;
    shift -= DIGIT_BITS;
    fold ^= digitOf(id, at) << shift;
  }
  return fold >>> 0;
}

/** The highest eight bits of that. */
function topOf(id: string): number {
  return id.length === UUID_LENGTH
    ? byteOf(id, 0) ^ byteOf(id, 9) ^ byteOf(id, 19) ^ byteOf(id, 28)
    : byteOf(id, 0) ^ byteOf(id, 8) ^ byteOf(id, 16) ^ byteOf(id, 24);
}

function byteOf(id: string, at: number): number {
  return (digitOf(id, at) << DIGIT_BITS) | digitOf(id, at + 1);
}

function digitOf(id: string, at: number): number {
  const code = id.charCodeAt(at);
  return code - (code <= NINE ? DIGIT_OFFSET : LETTER_OFFSET);
}
