import { isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { connectionUrl } from './connection-url.js';
import { accept, hasControlCharacter, listOf, type Parsed, refuse, type VariableType } from './variable-type.js';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

/** A web address without credentials, query and fragment; given back without a trailing slash. Never quoted. */
export const webAddress: VariableType<string> = {
  label: 'URL',
  parse(text) {
    const remedy = 'write an absolute address like https://ricochet.example.com';
    if (hasControlCharacter(text) || /%(?![0-9a-f]{2})/i.test(text)) {
      return refuse('has a character no URL has', 'percent-encode it (% is %25)');
    }
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !['http:', 'https:'].includes(url.protocol)) {
      return refuse('is not an http or https URL', remedy);
    }
    if (url.username !== '' || url.password !== '') {
      return refuse('carries credentials', 'write it without user and password');
    }
    if (url.search !== '' || url.hash !== '') {
      return refuse('carries a query or a fragment', remedy);
    }
    return accept(`${url.origin}${url.pathname}`.replace(/\/+$/, ''));
  },
};

/** The address of an issuer of tokens, kept as it is: tokens name it letter by letter, some with a slash at the end. */
export const issuerAddress: VariableType<string> = {
  label: 'URL',
  parse(text) {
    const parsed = webAddress.parse(text);
    return parsed.kind === 'refused' ? parsed : accept(text);
  },
};

const ANY_REDIS = connectionUrl({
  schemes: ['redis', 'rediss'],
  example: 'redis://user:password@host:6379/0',
  placeParameters: ['host', 'path'],
  path: { pattern: /^(\/\d*)?$/, remedy: 'write the number of the database behind the host, e.g. /0' },
});

/** Of a Redis, or of any node of a cluster (`?cluster=true`), which has no databases but 0. A secret: never quoted. */
export const redisUrl: VariableType<string> = {
  label: 'redis:// or rediss:// URL',
  parse(text) {
    const parsed = ANY_REDIS.parse(text);
    if (parsed.kind === 'refused') return parsed;
    const url = new URL(parsed.value);
    const cluster = [...url.searchParams]
      .filter(([name]) => name.toLowerCase() === 'cluster')
      .map(([, value]) => value);
    if (cluster.length > 1 || !cluster.every((value) => ['true', 'false'].includes(value.toLowerCase()))) {
      return refuse('has a cluster parameter that is neither true nor false', 'write ?cluster=true, or leave it away');
    }
    const names0 = ['', '/', '/0'].includes(url.pathname) && ['0', null].includes(url.searchParams.get('db'));
    return cluster[0]?.toLowerCase() === 'true' && !names0
      ? refuse('names a database of a cluster, which has only database 0', 'write redis://host:6379/?cluster=true')
      : parsed;
  },
};

/** An address to listen on. Brackets around IPv6 are taken off. */
export const listenHost: VariableType<string> = {
  label: 'IP address or host name',
  parse(text) {
    const bare = /^\[.*\]$/.test(text) && isIPv6(text.slice(1, -1)) ? text.slice(1, -1) : text;
    return isIP(bare) !== 0 || (HOST_NAME.test(bare) && !/^[\d.]+$/.test(bare))
      ? accept(bare)
      : refuse(`"${text}" is not an address to listen on`, 'write an IP address like 127.0.0.1, 0.0.0.0 or ::');
  },
};

/** Whether only this machine can reach the address. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare.toLowerCase() === 'localhost' || (isIP(bare) !== 0 && ipaddr.process(bare).range() === 'loopback');
}

/** Ranges of addresses; a single address becomes the range of itself. */
export const cidrList: VariableType<readonly string[]> = listOf('CIDRs separated by commas', parseCidr);

/** Addresses and ranges as written, to be shown to people. */
export const addressList: VariableType<readonly string[]> = listOf('addresses separated by commas', (text) => {
  const parsed = parseCidr(text);
  return parsed.kind === 'accepted' ? accept(text) : parsed;
});

/** Host patterns: a name, or `*.name`, which covers the name itself too. Lower case. */
export const hostPatterns: VariableType<readonly string[]> = listOf('host patterns separated by commas', (text) => {
  const name = text.startsWith('*.') ? text.slice(2) : text;
  return HOST_NAME.test(name)
    ? accept(text.toLowerCase())
    : refuse(`"${text}" is not a host pattern`, 'write host names without scheme and port, e.g. *.adobe.io');
});

/** `true`, `false`, or the proxies to believe: addresses, ranges, `loopback`, `linklocal`, `uniquelocal`. */
export const trustedProxies: VariableType<boolean | string> = {
  label: 'boolean or CIDRs separated by commas',
  parse(text) {
    const word = text.toLowerCase();
    if (word === 'true' || word === 'false') {
      return accept(word === 'true');
    }
    const proxies = listOf('proxies', (part) =>
      ['loopback', 'linklocal', 'uniquelocal'].includes(part) ? accept(part) : parseCidr(part),
    ).parse(text);
    return proxies.kind === 'accepted' ? accept(proxies.value.join(',')) : proxies;
  },
};

function parseCidr(text: string): Parsed<string> {
  const remedy = 'write addresses or ranges like 203.0.113.7 or 10.20.0.0/16';
  if (isIP(text) !== 0) {
    return accept(`${text}/${isIP(text) === 4 ? 32 : 128}`);
  }
  const [address = '', ...rest] = text.split('/');
  return isIP(address) !== 0 && rest.length === 1 && ipaddr.isValidCIDR(text)
    ? accept(text)
    : refuse(`"${text}" is not an IP range`, remedy);
}
