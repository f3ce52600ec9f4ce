import { randomUUID } from 'node:crypto';

const PATHS = [
  { pathId: 'hot', pathDefinition: [{ accessor: 'contactTier', operator: 'is', values: ['hot'] }] },
  { pathId: 'default', pathDefinition: [] },
];

interface RequestOptions {
  readonly callbackUrl: string;
  readonly token?: string;
  readonly timeout?: number;
}

function envelope(objectData: object, options: RequestOptions): Record<string, unknown> {
  return {
    token: options.token ?? randomUUID(),
    callbackUrl: options.callbackUrl,
    objectData,
    context: {
      subscription: { prefix: 'acme', imsOrgId: 'TESTORG@AdobeOrg', instanceName: 'acme', munchkinId: '123-ABC-456' },
      journey: { id: 'journey-7', name: 'Welcome', status: 'live' },
    },
    actionConfig: { timeout: options.timeout ?? 60, pathConfig: PATHS },
    enableSplitPaths: true,
  };
}

/** An execution request about a lead, with the one field the shipped service requires. */
export function leadRequest(
  options: RequestOptions & { leadId?: number | string; leadData?: object },
): Record<string, unknown> {
  const leadData = options.leadData ?? {
    email: 'Ada.Lovelace@Example.com',
    firstName: 'ada',
    lastName: 'LOVELACE',
    phone: '+44 20 7946 0018',
  };
  return envelope(
    { objectType: 'lead', objectContext: { leadId: options.leadId ?? 1001, leadData }, flowStepContext: {} },
    options,
  );
}

/** An execution request about an account. */
export function accountRequest(options: RequestOptions & { accountId?: number | string }): Record<string, unknown> {
  const objectContext = {
    accountId: options.accountId ?? 'acc-1',
    accountData: { companyName: 'Example Ltd', website: 'https://www.example.co.uk' },
  };
  return envelope({ objectType: 'account', objectContext, flowStepContext: {} }, options);
}

/** An execution request about an account with its people. */
export function groupRequest(options: RequestOptions & { people?: number }): Record<string, unknown> {
  const accountPersonRelationships = Array.from({ length: options.people ?? 2 }, (_, index) => ({
    accountPersonRelId: 9000 + index,
    accountId: 77,
    personId: 500 + index,
    isEmployee: true,
    leadData: {
      email: `person${index}@example.com`,
      firstName: 'Per',
      lastName: 'Son',
      jobTitle: index === 0 ? 'CFO' : 'Developer',
    },
    relationshipMetadata: {},
  }));
  const objectContext = { accountId: 77, accountData: { companyName: 'Example Ltd' }, accountPersonRelationships };
  return envelope({ objectType: 'accountPerson', objectContext, flowStepContext: {} }, options);
}
