import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** A service of the tests that asks an API about a lead. */
export interface HttpServiceParts {
  readonly apiName?: string;
  /** The one for leads at the root. */
  readonly isDefault?: boolean;
  /** Of the step. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly step?: Readonly<Record<string, unknown>>;
  /** Further steps. */
  readonly more?: readonly Readonly<Record<string, unknown>>[];
}

/** Its YAML: one required step `http`, and the fields it may find. */
export function httpService({
  apiName = 'ask',
  isDefault = false,
  settings,
  step = {},
  more = [],
}: HttpServiceParts): string {
  return stringify({
    apiName,
    ...(isDefault && { default: true }),
    supportedEntityType: 'lead',
    enableSplitPaths: true,
    i18n: { en_US: { name: 'Ask', description: 'A service of the tests' } },
    description: 'A service of the tests',
    primaryAttribute: 'mode',
    invocationPayloadDef: {
      globalAttributes: [],
      flowAttributes: [{ apiName: 'mode', i18n: { en_US: { displayName: 'Mode' } }, dataType: 'string' }],
      fields: ['email', 'domain'].map((serviceAttribute) => ({ serviceAttribute, dataType: 'string' })),
      accessorsMetadata: [{ accessorName: 'known', dataType: 'boolean' }],
    },
    callbackPayloadDef: {
      fields: ['name', 'known'].map((serviceAttribute) => ({ serviceAttribute, dataType: 'string' })),
      attributes: [],
    },
    openapi: {
      // Adobe refuses a title twice.
      title: `Ask by ${apiName}`,
      providerName: 'Test',
      supportContact: 'test@example.com',
      contact: { name: 'Test', email: 'test@example.com', url: 'https://example.com' },
    },
    pipeline: [{ provider: 'http', required: true, timeout: '20s', ...step, settings }, ...more],
  });
}

/** A folder for SERVICES_DIR with these services. */
export function httpServicesDir(...services: readonly HttpServiceParts[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'ricochet-services-'));
  services.forEach((service, index) =>
    writeFileSync(join(folder, `${service.apiName ?? `ask-${index}`}.yaml`), httpService(service)),
  );
  return folder;
}
