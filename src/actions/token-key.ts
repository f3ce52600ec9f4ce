import { hash } from 'node:crypto';

/**
 * The key of a token: the first 16 bytes of SHA-256(service ‖ 0 ‖ organisation ‖ 0 ‖ token), as a uuid. It has a fixed
 * width and hides the token. Two organisations that send the same token have a key each.
 */
export function tokenKeyOf(service: string, tenant: string, token: string): string {
  return keyOf(`${service}\0${tenant}\0${token}`);
}

/** The key that version 0.1.0 made of the same token, without the organisation. */
export function earlierTokenKeyOf(service: string, token: string): string {
  return keyOf(`${service}\0${token}`);
}

function keyOf(text: string): string {
  const hex = hash('sha256', text, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
