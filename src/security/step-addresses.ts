import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { AppConfig } from '../config/config.js';
import { AddressGuard } from './address-policy.js';
import { isInside, type Cidr } from './address-ranges.js';

/** Exceptions that one step of a service asks for. */
export interface StepExceptions {
  readonly allowCidrs: readonly string[];
  /** http to addresses of `allowCidrs`, never to public ones. */
  readonly allowHttp: boolean;
}

/**
 * Where steps of services may send requests. Their exceptions are their own: what OUTBOUND_ALLOW_CIDRS opens for
 * callbacks stays closed here, what a step may reach stays closed for callbacks, and metadata servers are always closed.
 */
@Injectable()
export class StepAddresses {
  private readonly cap: readonly Cidr[];
  private readonly isDevelopment: boolean;
  private readonly guards = new Map<string, AddressGuard>();

  constructor(config: AppConfig) {
    this.cap = config.steps.allowCidrs.map((cidr) => ipaddr.parseCIDR(cidr));
    this.isDevelopment = config.outbound.loopbackOnly;
  }

  /** One sentence per exception that STEP_ALLOW_CIDRS does not cover. */
  findProblems({ allowCidrs, allowHttp }: StepExceptions): string[] {
    const problems = allowCidrs
      .filter((cidr) => !this.isCovered(cidr))
      .map((cidr) => `allowCidrs names ${cidr}, which STEP_ALLOW_CIDRS does not cover: add it there, or leave it out.`);
    if (allowHttp && allowCidrs.length === 0) {
      problems.push('allowHttp needs allowCidrs: http is allowed to addresses of exceptions only.');
    }
    return problems;
  }

  /** The guard of requests by one scheme; steps with the same exceptions share it. */
  guardFor(scheme: 'http' | 'https', exceptions: StepExceptions): AddressGuard {
    const allowCidrs = [...new Set(exceptions.allowCidrs.filter((cidr) => this.isCovered(cidr)))].sort();
    const key = `${scheme} ${String(exceptions.allowHttp)} ${allowCidrs.join(' ')}`;
    let guard = this.guards.get(key);
    if (guard === undefined) {
      guard = new AddressGuard({
        reach: this.reachBy(scheme),
        allowHttp: exceptions.allowHttp,
        allowCidrs,
        opensMetadata: false,
        httpSwitch: 'allowHttp of the step, to addresses of its allowCidrs,',
        cidrSwitch: 'allowCidrs of the step, within STEP_ALLOW_CIDRS,',
      });
      this.guards.set(key, guard);
    }
    return guard;
  }

  /** Forgets all others; those who hold one may go on with it. */
  keepOnly(guards: ReadonlySet<AddressGuard>): void {
    for (const [key, guard] of this.guards) if (!guards.has(guard)) this.guards.delete(key);
  }

  /** Credentials and people's data do not cross the internet in the clear, whatever a step asks for. */
  private reachBy(scheme: 'http' | 'https'): 'public' | 'loopback' | 'either' | 'nothing' {
    if (scheme === 'https') return this.isDevelopment ? 'either' : 'public';
    return this.isDevelopment ? 'loopback' : 'nothing';
  }

  private isCovered(cidr: string): boolean {
    const [network, bits] = ipaddr.parseCIDR(cidr);
    return this.cap.some((one) => one[1] <= bits && isInside(network, one));
  }
}
