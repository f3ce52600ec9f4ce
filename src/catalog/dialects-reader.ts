import { nameOf, orList, type Section } from './definition-section.js';
import { SERVICE_DIALECTS, type ServiceDialect } from './service-definition.js';

const DEFAULT: readonly ServiceDialect[] = Object.freeze(['externalActions']);

/** Reads which of Adobe's products call the service; without the key those that always did. */
export function readDialects(root: Section): readonly ServiceDialect[] {
  const given = root.optionalList('dialects');
  if (given === null) return DEFAULT;
  const path = root.pathOf('dialects');
  const known = given.filter((dialect, index): dialect is ServiceDialect => {
    if (SERVICE_DIALECTS.some((one) => one === dialect)) return true;
    const name = typeof dialect === 'string' ? `"${dialect}"` : nameOf(dialect);
    root.problems.add(`${path}[${index}]`, `cannot be ${name}`, `use ${orList(SERVICE_DIALECTS)}`);
    return false;
  });
  if (given.length === 0) root.problems.add(path, 'is empty', `use ${orList(SERVICE_DIALECTS)}`);
  return known.length === 0 ? DEFAULT : [...new Set(known)];
}
