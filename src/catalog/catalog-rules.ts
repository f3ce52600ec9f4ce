import type { CatalogProblem } from './catalog.errors.js';
import type { ServiceDefinition } from './service-definition.js';

/** A valid definition and the file it came from, as messages name it. */
export interface LoadedDefinition {
  readonly file: string;
  readonly definition: ServiceDefinition;
}

interface UniqueKey {
  readonly path: string;
  /** The value that must differ between two services; null: this service does not compete. */
  readonly of: (definition: ServiceDefinition) => string | null;
  readonly describe: (value: string, otherFile: string) => string;
  readonly remedy: string;
}

/** The value that may stand only once over all files. */
const UNIQUE_KEYS: readonly UniqueKey[] = [
  {
    path: 'apiName',
    of: (definition) => definition.apiName,
    describe: (value, file) => `"${value}" is already used by ${file}`,
    remedy: 'choose another name',
  },
  {
    path: 'openapi.title',
    of: (definition) => definition.openapi.title.toLowerCase(),
    describe: (_value, file) => `is the title of ${file} too, and Adobe refuses a second one`,
    remedy: 'choose another title',
  },
  {
    path: 'default',
    of: (definition) => (definition.isDefault ? definition.entityType : null),
    describe: (value, file) => `${file} is the default for ${value} already`,
    remedy: 'remove one of the two',
  },
  {
    path: 'asyncCalls.objectType',
    of: (definition) => definition.asyncCalls?.objectType ?? null,
    describe: (value, file) => `${file} serves calls with ${value} already`,
    remedy: 'remove one of the two, or choose another object type',
  },
];

/** The rules that need all files at once: unique names and titles, at most one default per entity type. */
export function checkTogether(loaded: readonly LoadedDefinition[]): readonly CatalogProblem[] {
  return UNIQUE_KEYS.flatMap((key) => {
    const firstFile = new Map<string, string>();
    return loaded.flatMap(({ file, definition }) => {
      const value = key.of(definition);
      const other = value === null ? undefined : firstFile.get(value);
      if (value === null || other === undefined) {
        if (value !== null) firstFile.set(value, file);
        return [];
      }
      return [{ file, path: key.path, reason: key.describe(value, other), remedy: key.remedy }];
    });
  });
}
