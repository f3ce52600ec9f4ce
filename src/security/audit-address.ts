import ipaddr from 'ipaddr.js';
import type { AuditAddress } from '../config/config.js';
import { parseIp } from './address-ranges.js';

const KEPT_BYTES = { ipv4: 3, ipv6: 6 } as const;

/**
 * The part of an administrator's address that the audit keeps: all of it, its network (the first 24 bits of IPv4, 48 of
 * IPv6), or nothing. Null for text that is no address.
 */
export function auditAddressOf(text: string | undefined, kept: AuditAddress): string | null {
  const address = kept === 'none' ? null : parseIp(text ?? '');
  if (address === null) return null;
  if (kept === 'full') return address.toString();
  const bytes = address.toByteArray().fill(0, KEPT_BYTES[address.kind()]);
  return `${ipaddr.fromByteArray(bytes).toString()}/${String(KEPT_BYTES[address.kind()] * 8)}`;
}
