import type { CatalogVersion } from '../catalog/catalog-version.js';

/** The services of a version that are changed, new and gone, in words. */
export function describeChange(before: CatalogVersion, next: CatalogVersion): string {
  const names = next.definitions.map(({ apiName }) => apiName);
  const parts = [
    ['changed', names.filter((name) => isChanged(before, next, name))],
    ['new', names.filter((name) => before.find(name) === null)],
    ['gone', before.definitions.map(({ apiName }) => apiName).filter((name) => next.find(name) === null)],
  ] as const;
  const told = parts.filter(([, some]) => some.length > 0).map(([what, some]) => `${what} ${some.join(', ')}`);
  return told.length === 0 ? 'another order' : told.join('; ');
}

function isChanged(before: CatalogVersion, next: CatalogVersion, name: string): boolean {
  const old = before.find(name);
  return old !== null && old.text !== next.find(name)?.text;
}
