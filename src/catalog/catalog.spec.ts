import { describe, expect, it } from 'vitest';
import { Catalog } from './catalog.js';
import { CatalogVersion } from './catalog-version.js';
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

function versionOf(...definitions: readonly ServiceDefinition[]): CatalogVersion {
  return new CatalogVersion(
    definitions.map((definition) => ({ file: `services/${definition.apiName}.yaml`, definition })),
  );
}

function taken(catalog: Catalog, service: string) {
  return { service, servedBy: catalog.serve(service) };
}

describe('a version that replaces another', () => {
  it('is in force for all followers at once', () => {
    const catalog = catalogOf(lead);
    const seen: string[][] = [];
    const follow = (name: string): void =>
      catalog.follow((next) => {
        const names = next.definitions.map(({ apiName }) => apiName);
        return () => seen.push([name, ...names, ...catalog.all().map(({ apiName }) => apiName)]);
      });
    follow('one');
    follow('two');
    expect(seen).toEqual([
      ['one', 'mail-check', 'mail-check'],
      ['two', 'mail-check', 'mail-check'],
    ]);
    catalog.replace(versionOf(account));
    expect(seen.slice(2)).toEqual([
      ['one', 'company-profile', 'company-profile'],
      ['two', 'company-profile', 'company-profile'],
    ]);
    expect(catalog.find('mail-check')).toBeNull();
    expect(catalog.forEntityType('account')).toBe(account);
  });

  it('is not taken over by anyone when one follower cannot serve it', () => {
    const catalog = catalogOf(lead);
    let current = '';
    catalog.follow((next) => () => (current = next.digest));
    catalog.follow((next) => {
      if (next.find('company-profile') !== null) throw new Error('cannot serve it');
      return () => undefined;
    });
    const before = catalog.inForce;
    expect(() => catalog.replace(versionOf(account))).toThrow('cannot serve it');
    expect(catalog.inForce).toBe(before);
    expect(current).toBe(before.digest);
    expect(catalog.stillInUse).toEqual([]);
  });

  it('leaves actions under way with the definition that they were taken with, also of a service that is gone', () => {
    const catalog = catalogOf(lead, account);
    const action = taken(catalog, 'mail-check');
    catalog.replace(versionOf(account));
    expect(catalog.definitionOf(action)).toBe(lead);
    expect(catalog.definitionOf({ service: 'mail-check' })).toBeNull();
    expect(catalog.definitionOf({ service: 'company-profile' })).toBe(account);
  });

  it('does not bring a service back for an action that was taken without one', () => {
    const catalog = catalogOf(account);
    const action = taken(catalog, 'mail-check');
    expect(action.servedBy).toBeNull();
    catalog.replace(versionOf(lead));
    expect(catalog.definitionOf(action)).toBeNull();
  });
});

describe('a version that was replaced', () => {
  function released(catalog: Catalog): string[][] {
    const seen: string[][] = [];
    catalog.whenReleased((gone, inUse) => seen.push([gone, inUse].map((some) => some.map((one) => one.name).join())));
    return seen;
  }
  const other = { ...lead, name: 'Other' };

  it('is released at once when no action keeps to it', () => {
    const catalog = catalogOf(lead, account);
    const seen = released(catalog);
    catalog.replace(versionOf(other, account));
    expect(seen).toEqual([['Mail check', 'Other,Company profile']]);
    expect(catalog.stillInUse).toEqual([]);
  });

  it('is released when its last action has ended, and not before', () => {
    const catalog = catalogOf(lead);
    const seen = released(catalog);
    const actions = [taken(catalog, 'mail-check'), taken(catalog, 'mail-check')];
    for (const action of actions) catalog.begin(action);
    catalog.replace(versionOf(other));
    expect(catalog.stillInUse.map(({ underWay }) => underWay)).toEqual([2]);
    catalog.end(actions[0] ?? fail());
    expect(seen).toEqual([]);
    catalog.end(actions[1] ?? fail());
    expect(seen).toEqual([['Mail check', 'Other']]);
    expect(catalog.stillInUse).toEqual([]);
  });

  it('is in use once more for an action that was taken before and begins after', () => {
    const catalog = catalogOf(lead);
    const seen = released(catalog);
    const late = taken(catalog, 'mail-check');
    catalog.replace(versionOf(other));
    expect(seen).toHaveLength(1);
    catalog.begin(late);
    expect(catalog.stillInUse).toHaveLength(1);
    catalog.end(late);
    expect(seen).toHaveLength(2);
    expect(catalog.stillInUse).toEqual([]);
  });

  it('gives up nothing that another version in use has as well', () => {
    const catalog = catalogOf(lead, account);
    const seen = released(catalog);
    const action = taken(catalog, 'mail-check');
    catalog.begin(action);
    catalog.replace(versionOf(other, account));
    catalog.replace(versionOf(account));
    expect(seen).toEqual([['Other', 'Company profile,Mail check']]);
    catalog.end(action);
    expect(seen[1]).toEqual(['Mail check', 'Company profile']);
  });
});

function fail(): never {
  throw new Error('no action');
}
