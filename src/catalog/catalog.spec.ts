import { describe, expect, it } from 'vitest';
import { Catalog } from './catalog.js';
import { ACCOUNT_YAML, definitionOf, GROUP_YAML, LEAD_YAML } from './catalog.fixtures.js';
import type { ServiceDefinition } from './service-definition.js';

const lead = definitionOf(LEAD_YAML);
const account = definitionOf(ACCOUNT_YAML);
const group = definitionOf(GROUP_YAML);

function catalogOf(...definitions: readonly ServiceDefinition[]): Catalog {
  return new Catalog(definitions.map((definition) => ({ file: `services/${definition.apiName}.yaml`, definition })));
}

describe('the catalog', () => {
  it('finds a service by its name, and says 404 when asked to get one there is not', () => {
    const catalog = catalogOf(lead, account);
    expect(catalog.find('mail-check')).toBe(lead);
    expect(catalog.get('mail-check')).toBe(lead);
    expect(catalog.find('nobody')).toBeNull();
    expect(catalog.find('constructor')).toBeNull();
    expect(() => catalog.get('nobody')).toThrow(expect.objectContaining({ status: 404, code: 'RESOURCE_NOT_FOUND' }));
    expect(catalog.fileOf('mail-check')).toBe('services/mail-check.yaml');
    expect(catalog.fileOf('nobody')).toBeNull();
  });

  it('serves an entity type by its default, else by the first service that can', () => {
    const other = { ...account, apiName: 'other' };
    const third = { ...account, apiName: 'third', isDefault: true };
    expect(catalogOf(lead, account).defaultFor('account')).toBeNull();
    expect(catalogOf(lead, account).forEntityType('account')).toBe(account);
    expect(catalogOf(account, other).forEntityType('account')).toBe(account);
    expect(catalogOf(account, other, third).forEntityType('account')).toBe(third);
    const off = { ...account, enabled: false };
    expect(catalogOf(off, other).forEntityType('account')).toBe(other);
    expect(catalogOf(off).forEntityType('account')).toBe(off);
    expect(catalogOf(account, other, third).defaultFor('account')).toBe(third);
    expect(catalogOf(lead).forEntityType('accountPerson')).toBeNull();
  });

  it('describes the lead default at the root, else any default', () => {
    const groupDefault = { ...group, isDefault: true };
    expect(catalogOf(groupDefault, lead).getRoot()).toBe(lead);
    expect(catalogOf(account, groupDefault).getRoot()).toBe(groupDefault);
    expect(() => catalogOf(account, group).getRoot()).toThrow(expect.objectContaining({ status: 404 }));
  });
});
