import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction, Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { AppConfig } from '../config/config.js';
import { AddressRefusedError } from './address.errors.js';
import { isServicePort } from './address-ports.js';
import {
  embeddedIpv4,
  isInside,
  isLoopback,
  isMetadataServer,
  isPublic,
  isSingle,
  parseIp,
  type Cidr,
  type IpAddress,
} from './address-ranges.js';
import { checkAuthority, checkCharacters } from './address-spelling.js';
import { isLocalhost, isLocalName, isWellFormedName, matchesHost } from './host-patterns.js';

/** The demands of a channel on its URLs, besides the policy for all. */
export interface UrlRules {
  /** Host patterns (`*.adobe.com` matches the apex too); null: any host. */
  readonly hosts: readonly string[] | null;
  /** https also under OUTBOUND_ALLOW_HTTP, and on loopback too. */
  readonly httpsAlways?: boolean;
}

/** Reachable addresses, and how a refusal names the switches that would allow more. */
export interface AddressAllowance {
  /** Which addresses may be reached besides the exceptions; `either`: public ones and loopback. */
  readonly reach: 'public' | 'loopback' | 'either' | 'nothing';
  readonly allowHttp: boolean;
  readonly allowCidrs: readonly string[];
  /** Whether an exception that names one metadata server alone opens it. */
  readonly opensMetadata: boolean;
  /** Switches in words: `OUTBOUND_ALLOW_HTTP=true`, `OUTBOUND_ALLOW_CIDRS`. */
  readonly httpSwitch: string;
  readonly cidrSwitch: string;
}

type Resolved = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

const MAX_URL_LENGTH = 2048;
/** Origins remembered per set of rules. */
const REMEMBERED_MAX = 1_000;
/** No scheme that may pass is shorter: the first slash behind it ends the authority. */
const AUTHORITY_FROM = 'http://'.length;

/** A URL that the policy has allowed. */
export type AllowedUrl = Readonly<Pick<URL, 'origin' | 'pathname' | 'search' | 'hostname' | 'protocol' | 'href'>>;

const RULES = Object.freeze({
  public: 'which is not a public address',
  loopback: 'which is not loopback, and development sends to loopback only',
  either: 'which is neither a public address nor loopback',
  nothing: 'which is not in an exception',
});

/**
 * Decides where requests may go, at the three moments it can be fooled: when a URL is written down
 * ({@link checkUrl}), when its name is resolved ({@link lookup}) and when the connection stands
 * ({@link assertConnected}: a literal is not looked up).
 */
export class AddressGuard {
  private readonly welcomesLoopback: boolean;
  private readonly exceptions: readonly Cidr[];
  /**
   * Allowed origins. Callbacks go to few of them, and judging one anew took ten times as long as parsing the URL.
   * Verdicts depend on the configuration alone, which never changes while the process lives.
   */
  private readonly remembered = new WeakMap<UrlRules, Set<string>>();

  constructor(private readonly allowance: AddressAllowance) {
    this.welcomesLoopback = allowance.reach === 'loopback' || allowance.reach === 'either';
    this.exceptions = allowance.allowCidrs.map((cidr) => ipaddr.parseCIDR(cidr));
  }

  /** Null when the URL may be used; otherwise one sentence that says what is wrong and which switch allows it. */
  checkUrl(text: string, rules: UrlRules): string | null {
    // A path never makes a URL invalid, so nothing is left to parse.
    if (this.leadsToRemembered(text, rules)) return null;
    const read = this.judgeUrl(text, rules);
    return typeof read === 'string' ? read : null;
  }

  /**
   * The URL when it may be used, otherwise the sentence of {@link checkUrl}.
   * @param rules the same object every time where this is called often
   */
  readUrl(text: string, rules: UrlRules): AllowedUrl | string {
    return this.leadsToRemembered(text, rules) ? new URL(text) : this.judgeUrl(text, rules);
  }

  /** Whether the text begins with an allowed origin, spelt as the parser spells it, and holds plain characters alone. */
  private leadsToRemembered(text: string, rules: UrlRules): boolean {
    const end = text.indexOf('/', AUTHORITY_FROM);
    if (end < 0 || text.length > MAX_URL_LENGTH) return false;
    return this.remembered.get(rules)?.has(text.slice(0, end)) === true && checkCharacters(text) === null;
  }

  private rememberedOf(rules: UrlRules): Set<string> {
    const known = this.remembered.get(rules) ?? new Set<string>();
    this.remembered.set(rules, known);
    return known;
  }

  private judgeUrl(text: string, rules: UrlRules): AllowedUrl | string {
    if (text.length > MAX_URL_LENGTH) return `The URL is longer than ${MAX_URL_LENGTH} characters.`;
    const misspelt = checkCharacters(text);
    if (misspelt !== null) return misspelt;
    const url = parseUrl(text);
    if (url === null) return 'The URL is not a valid absolute URL.';
    return this.checkScheme(url, rules) ?? checkAuthority(text, url) ?? this.checkOrigin(url, rules) ?? url;
  }

  /** Whether a connection to the address is allowed; what a translator would reach through it counts as well. */
  isAllowedAddress(ip: string): boolean {
    const address = parseIp(ip);
    if (address === null || !this.permits(address)) return false;
    return embeddedIpv4(address).every((embedded) => this.permits(embedded));
  }

  /** For `net.connect` and `tls.connect`: resolves every address and refuses the host when any of them is forbidden. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolveAll(hostname, options, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !this.isAllowedAddress(address));
      const first = addresses?.[0];
      if (error !== null) callback(error, '');
      else if (refused !== undefined) callback(this.refusal(`${hostname} resolves to ${refused.address}`), '');
      else if (first === undefined) callback(Object.assign(new Error(), { code: 'ENODATA' }), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

  /** @throws AddressRefusedError when the peer of the socket is not one the policy allows. */
  assertConnected(socket: Pick<Socket, 'remoteAddress'>): void {
    const address = socket.remoteAddress;
    if (address === undefined || !this.isAllowedAddress(address)) {
      throw this.refusal(`The connection leads to ${address ?? 'an unknown address'}`);
    }
  }

  /** Apart, so that a spec can answer with the addresses an attacker's resolver would. */
  protected resolveAll(hostname: string, options: LookupOptions, resolved: Resolved): void {
    resolve(hostname, { ...options, all: true }, resolved);
  }

  /** Port and host: they are judged alike in every URL. */
  private checkOrigin(url: URL, rules: UrlRules): string | null {
    const known = this.rememberedOf(rules);
    const { origin } = url;
    if (known.has(origin)) return null;
    const host = bareHost(url);
    const refusal = this.checkPort(url.port, host) ?? this.checkHost(host, rules);
    if (refusal !== null) return refusal;
    if (known.size >= REMEMBERED_MAX) known.clear();
    known.add(origin);
    return null;
  }

  private permits(address: IpAddress): boolean {
    if (this.isInReach(address)) return true;
    if (!isMetadataServer(address)) return this.exceptions.some((cidr) => isInside(address, cidr));
    return this.allowance.opensMetadata && this.exceptions.some((cidr) => isSingle(cidr) && isInside(address, cidr));
  }

  private isInReach(address: IpAddress): boolean {
    const { reach } = this.allowance;
    if (this.welcomesLoopback && isLoopback(address)) return true;
    return (reach === 'public' || reach === 'either') && isPublic(address);
  }

  private checkScheme(url: URL, rules: UrlRules): string | null {
    if (url.protocol === 'https:') return null;
    if (url.protocol !== 'http:') return 'The URL must use https.';
    if (rules.httpsAlways === true) return 'The URL must use https; OUTBOUND_ALLOW_HTTP makes no exception here.';
    if (this.allowance.allowHttp || this.isDevelopmentLoopback(bareHost(url))) return null;
    return `The URL must use https (${this.allowance.httpSwitch} allows http).`;
  }

  private checkPort(port: string, host: string): string | null {
    if (port === '0') return "The URL's port must not be 0.";
    if (!isServicePort(port)) return null;
    // In development, listeners on this machine or in an exception are the developer's own.
    if (this.welcomesLoopback && (isLocalhost(host) || this.isInner(host))) return null;
    return `The URL's port ${port} is another protocol's.`;
  }

  private checkHost(host: string, rules: UrlRules): string | null {
    if (this.isDevelopmentLoopback(host)) return null;
    if (parseIp(host) !== null) {
      if (!this.isAllowedAddress(host)) return this.refusal(`The URL's host is ${host}`).message;
    } else if (!isWellFormedName(host)) {
      return "The URL's host is not a valid name.";
    } else if (isLocalName(host) && !this.welcomesLoopback && this.exceptions.length === 0) {
      // With exceptions an inner name may lead into one; what it resolves to is judged when it is used.
      return `The URL's host is a local name (${this.allowance.cidrSwitch} makes exceptions for the networks it leads to).`;
    }
    if (rules.hosts === null || matchesHost(host, rules.hosts)) return null;
    return "The URL's host is not among the allowed hosts (CALLBACK_HOSTS lists them for Adobe's callbacks).";
  }

  /** Loopback and exceptions, not what is public anyway. */
  private isInner(host: string): boolean {
    const address = parseIp(host);
    return address !== null && this.isAllowedAddress(host) && !(this.allowance.reach === 'either' && isPublic(address));
  }

  /** A simulator on this machine is always welcome in development. */
  private isDevelopmentLoopback(host: string): boolean {
    if (!this.welcomesLoopback) return false;
    const address = parseIp(host);
    return address === null ? isLocalhost(host) : isLoopback(address);
  }

  private refusal(fact: string): AddressRefusedError {
    const { reach, cidrSwitch } = this.allowance;
    return new AddressRefusedError(`${fact}, ${RULES[reach]} (${cidrSwitch} makes exceptions).`);
  }
}

/** Where callbacks, token requests and answers of calls may go. Exceptions of steps do not count here. */
@Injectable()
export class AddressPolicy extends AddressGuard {
  constructor({ outbound }: AppConfig) {
    super({
      reach: outbound.loopbackOnly ? 'loopback' : 'public',
      allowHttp: outbound.allowHttp,
      allowCidrs: outbound.allowCidrs,
      opensMetadata: true,
      httpSwitch: 'OUTBOUND_ALLOW_HTTP=true',
      cidrSwitch: 'OUTBOUND_ALLOW_CIDRS',
    });
  }
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    // Not an error of ours: the caller is told in its own words. (URL.parse needs Node 22.)
    return null;
  }
}

/** The host without the brackets of an IPv6 literal. */
function bareHost(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}
