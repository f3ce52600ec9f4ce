/** The first 16 bytes of a digest in hexadecimal digits, as PostgreSQL writes a uuid. */
export function toUuid(digest: string): string {
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ].join('-');
}
