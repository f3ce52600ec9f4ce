import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { RequestError } from '../../http/request-error.js';
import { toRetryAfterSeconds } from '../../http/token-buckets.js';
import { readBasic } from '../../security/basic-credentials.js';
import type { CallerRequest } from '../../security/caller-scheme.js';
import type { Company } from './companies.repository.js';
import { CompanyAccounts } from './company-accounts.js';
import { CompanyRateLimit } from './company-rate-limit.js';

interface CompanyRequest extends CallerRequest {
  readonly params: Readonly<Record<string, string>>;
  company?: Company;
}

/** Lets a company in to its own paths, by HTTP Basic, and not oftener than it may. Another's paths are not there. */
@Injectable()
export class CompanyGuard implements CanActivate {
  constructor(
    private readonly accounts: CompanyAccounts,
    private readonly limit: CompanyRateLimit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CompanyRequest>();
    const company = await this.authenticate(request);
    const waitMs = this.limit.take(company.id);
    if (waitMs > 0) {
      throw new RequestError(429, 'RATE_LIMITED', 'Too many requests: a company has 100 a second.', {
        retryAfterSeconds: toRetryAfterSeconds(waitMs),
      });
    }
    if (request.params['company_id'] !== company.companyId) {
      throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'Could not find the company.');
    }
    if (company.state === 'disabled') throw new RequestError(403, 'FORBIDDEN', 'The company is disabled.');
    request.company = company;
    return true;
  }

  private async authenticate(request: CompanyRequest): Promise<Company> {
    const presented = readBasic(request);
    if (presented.kind !== 'present') {
      throw unauthorized('Send the username and password of the company once, by HTTP Basic authentication.');
    }
    const company = await this.accounts.authenticate(presented.username, presented.password);
    if (company === null) throw unauthorized('The username or the password is wrong.');
    return company;
  }
}

/** Parameter decorator: which company calls; only behind {@link CompanyGuard}. */
export const CallingCompany = createParamDecorator((_: unknown, context: ExecutionContext): Company => {
  const { company } = context.switchToHttp().getRequest<CompanyRequest>();
  if (company === undefined) throw new Error('a route for companies is not behind CompanyGuard');
  return company;
});

function unauthorized(message: string): RequestError {
  return new RequestError(401, 'UNAUTHORIZED', message, { challenge: 'Basic realm="companies", charset="UTF-8"' });
}
