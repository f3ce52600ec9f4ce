import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;
export type Cidr = readonly [IpAddress, number];

/** Azure's wire server: a public-looking address that answers only inside a virtual machine. */
const AZURE_WIRE_SERVER = '168.63.129.16';

/** The only part of IPv6 that IANA hands out; `::a.b.c.d` and the like look like unicast outside of it. */
const GLOBAL_UNICAST_V6: Cidr = ipaddr.parseCIDR('2000::/3');

/** Reads an address, IPv4-mapped ones as the IPv4 they mean; null when it is none. */
export function parseIp(text: string): IpAddress | null {
  // Asked of every host: ipaddr.isValid throws inside for a name, which takes 30 µs.
  return isIP(text) === 0 ? null : ipaddr.process(text);
}

/** Whether the address is one of the public internet's. */
export function isPublic(address: IpAddress): boolean {
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return isInside(address, GLOBAL_UNICAST_V6);
  return address.toString() !== AZURE_WIRE_SERVER;
}

/** Whether the address is this machine. */
export function isLoopback(address: IpAddress): boolean {
  return address.range() === 'loopback';
}

/** Whether the address lies in the network; families never match each other. */
export function isInside(address: IpAddress, [network, bits]: Cidr): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

/**
 * The IPv4 address that a translator would take the packet to (NAT64, 6to4, Teredo, ISATAP, SIIT, IPv4-compatible);
 * null when there is none. Whoever opens such a prefix by configuration does not open what hides behind it.
 */
export function embeddedIpv4(address: IpAddress): ipaddr.IPv4 | null {
  if (!(address instanceof ipaddr.IPv6)) return null;
  const p = address.parts;
  const inLastWords = ipv4Of(p[6], p[7]);
  if (p.slice(0, 6).every((word) => word === 0)) return (p[6] ?? 0) === 0 && (p[7] ?? 0) <= 1 ? null : inLastWords;
  switch (address.range()) {
    case 'rfc6052':
    case 'rfc6145':
      return inLastWords;
    case '6to4':
      return ipv4Of(p[1], p[2]);
    case 'teredo':
      // The client's address is stored inverted.
      return ipv4Of(~(p[6] ?? 0), ~(p[7] ?? 0));
    default:
      return isIsatap(p) ? inLastWords : null;
  }
}

function isIsatap(parts: readonly number[]): boolean {
  return ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe;
}

function ipv4Of(high = 0, low = 0): ipaddr.IPv4 {
  return new ipaddr.IPv4([(high >> 8) & 0xff, high & 0xff, (low >> 8) & 0xff, low & 0xff]);
}
