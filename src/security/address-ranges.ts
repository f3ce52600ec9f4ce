import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;
export type Cidr = readonly [IpAddress, number];

/**
 * Where clouds hand credentials to callers from inside. An operator who opens the network around one of them does not
 * mean that, and 168.63.129.16 even looks public.
 */
const METADATA_SERVERS: ReadonlySet<string> = new Set([
  '169.254.169.254', // AWS, Azure, Google, OpenStack and most others
  '169.254.170.2', // AWS ECS
  '169.254.170.23', // AWS EKS
  '169.254.0.23', // Tencent
  '169.254.42.42', // Scaleway
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure's wire server
  '192.0.0.192', // Oracle
  'fd00:ec2::254', // AWS
  'fd00:ec2::23', // AWS EKS
  'fd20:ce::254', // Google
  'fd00:42::42', // Scaleway
  'fd00:a9fe:a9fe::1', // Akamai (Linode)
  'fe80::a9fe:a9fe', // OpenStack
]);

/** The only part of IPv6 that IANA hands out; `::a.b.c.d` and the like look like unicast outside of it. */
const GLOBAL_UNICAST_V6: Cidr = ipaddr.parseCIDR('2000::/3');

/** Reads an address, IPv4-mapped ones as the IPv4 they mean; null when it is none, or one with a zone. */
export function parseIp(text: string): IpAddress | null {
  // Asked of every host: ipaddr.isValid throws inside for a name, which takes 30 µs.
  // A zone names a link of this machine: nothing that a URL, a resolver or a routed peer has.
  return isIP(text) === 0 || text.includes('%') ? null : ipaddr.process(text);
}

/** Whether the address is one of the public internet's. */
export function isPublic(address: IpAddress): boolean {
  if (address.range() !== 'unicast' || isMetadataServer(address)) return false;
  return !(address instanceof ipaddr.IPv6) || isInside(address, GLOBAL_UNICAST_V6);
}

/** Whether a cloud's credentials live there: open only to an exception that names this one address. */
export function isMetadataServer(address: IpAddress): boolean {
  return METADATA_SERVERS.has(address.toString());
}

/** Whether the network is the one address. */
export function isSingle([network, bits]: Cidr): boolean {
  return bits === (network.kind() === 'ipv4' ? 32 : 128);
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
 * The IPv4 addresses that a translator would take the packet to (NAT64, 6to4, Teredo, ISATAP, SIIT, IPv4-compatible).
 * An exception for that prefix does not open the private addresses behind it.
 */
export function embeddedIpv4(address: IpAddress): readonly ipaddr.IPv4[] {
  if (!(address instanceof ipaddr.IPv6)) return [];
  const p = address.parts;
  const inLastWords = ipv4Of(p[6], p[7]);
  if (p.slice(0, 6).every((word) => word === 0)) return (p[6] ?? 0) === 0 && (p[7] ?? 0) <= 1 ? [] : [inLastWords];
  switch (address.range()) {
    case 'rfc6052':
      // Prefixes shorter than /96 scatter the address and leave the end empty; the address cannot be told.
      return (p[4] ?? 0) === 0 && (p[5] ?? 0) === 0 ? [inLastWords] : [NOWHERE];
    case 'rfc6145':
      return [inLastWords];
    case '6to4':
      return [ipv4Of(p[1], p[2])];
    case 'teredo':
      // The server's address, and the client's, which is stored inverted.
      return [ipv4Of(p[2], p[3]), ipv4Of(~(p[6] ?? 0), ~(p[7] ?? 0))];
    default:
      return isIsatap(p) ? [inLastWords] : [];
  }
}

const NOWHERE = new ipaddr.IPv4([0, 0, 0, 0]);

function isIsatap(parts: readonly number[]): boolean {
  return ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe;
}

function ipv4Of(high = 0, low = 0): ipaddr.IPv4 {
  return new ipaddr.IPv4([(high >> 8) & 0xff, high & 0xff, (low >> 8) & 0xff, low & 0xff]);
}
