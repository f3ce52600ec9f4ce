import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** A service of people whose callback may carry some fields, and whose pipeline is the caller's. */
export function leadService(
  apiName: string,
  fields: readonly string[],
  pipeline: readonly object[],
  more: Readonly<Record<string, unknown>> = {},
): string {
  return stringify({
    apiName,
    supportedEntityType: 'lead',
    enableSplitPaths: true,
    i18n: { en_US: { name: apiName, description: 'A service of the tests' } },
    description: 'A service of the tests',
    primaryAttribute: 'mode',
    invocationPayloadDef: {
      flowAttributes: [{ apiName: 'mode', i18n: { en_US: { displayName: 'Mode' } }, dataType: 'string' }],
      fields: [{ serviceAttribute: 'email', dataType: 'string' }],
      accessorsMetadata: [{ accessorName: 'greeting', dataType: 'string' }],
    },
    callbackPayloadDef: { fields: fields.map((serviceAttribute) => ({ serviceAttribute, dataType: 'string' })) },
    openapi: { title: apiName, providerName: 'Test', supportContact: 'test@example.com' },
    pipeline,
    ...more,
  });
}

/** A step that computes texts. */
export function textStep(fields: Readonly<Record<string, string>>, name = 'texts'): object {
  const settings = {
    fields: Object.fromEntries(Object.entries(fields).map(([field, text]) => [field, JSON.stringify(text)])),
  };
  return { provider: 'expression', name, required: true, settings };
}

/** A folder for SERVICES_DIR that a test changes. */
export class ServicesFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'ricochet-services-'));

  /** Whole at once, as a deployment would. */
  write(name: string, text: string | Buffer): void {
    const temporary = join(this.path, `.${name}.tmp`);
    writeFileSync(temporary, text);
    renameSync(temporary, join(this.path, name));
  }

  delete(name: string): void {
    rmSync(join(this.path, name), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
