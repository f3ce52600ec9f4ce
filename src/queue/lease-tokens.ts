import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** Characters of a lease token that name its process: `xxxxxxxx-xxxx-8xxx`. */
export const HOLDER_LENGTH = 18;

/**
 * Makes lease tokens of one process: uuids of version 8 that begin with the id of the process and end at random. So a
 * lease itself says which process holds it, and no hot statement writes a column more.
 */
@Injectable()
export class LeaseTokens {
  /** Of this process; 60 random bits. */
  readonly holder = formatHolder(randomBytes(8).toString('hex'));

  next(): string {
    const hex = randomBytes(8).toString('hex');
    // The two upper bits of the variant are fixed: 10.
    const variant = ((Number.parseInt(hex.slice(0, 1), 16) & 0x3) | 0x8).toString(16);
    return `${this.holder}-${variant}${hex.slice(1, 4)}-${hex.slice(4)}`;
  }
}

function formatHolder(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}`;
}
