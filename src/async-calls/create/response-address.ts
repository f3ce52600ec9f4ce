import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/config.js';
import { AddressPolicy } from '../../security/address-policy.js';
import { isLoopback, parseIp } from '../../security/address-ranges.js';
import { isLocalhost } from '../../security/host-patterns.js';
import { CALL_ERRORS } from '../call-problems.js';
import { CallRefusal } from './call-refusal.js';

/** Decides where results may be sent: https, and in development http to this machine. */
@Injectable()
export class ResponseAddresses {
  constructor(
    private readonly policy: AddressPolicy,
    private readonly config: AppConfig,
  ) {}

  /** @throws CallRefusal 227 for any address that may not be used. */
  check(address: string | null): string {
    if (address === null) throw notHttps('The ResponseAddress is missing: it must be an https URL.');
    const url = this.policy.readUrl(address, { hosts: null });
    if (typeof url === 'string') throw notHttps(`The ResponseAddress must be https. ${url}`);
    // The switch that allows http in development is meant for this machine, and nothing else is reached from here.
    if (url.protocol === 'http:' && this.config.outbound.loopbackOnly && !isThisMachine(url.hostname)) {
      throw notHttps('The ResponseAddress must be https; http is for this machine only.');
    }
    return address;
  }
}

function notHttps(message: string): CallRefusal {
  return new CallRefusal({ code: CALL_ERRORS.addressNotHttps, message });
}

function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const address = parseIp(host);
  return address === null ? isLocalhost(host) : isLoopback(address);
}
