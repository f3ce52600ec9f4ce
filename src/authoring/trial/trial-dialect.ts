import type { ServiceDefinition } from '../../catalog/service-definition.js';
import { type MarketoService, speaksMarketo } from '../../marketo/documents/service-definition.js';
import { UsageError } from '../command.js';

/** The product in the place of which a trial calls the service. */
export interface TrialDialect {
  /** The service as Marketo knows it; null: External Actions are tried. */
  readonly service: MarketoService | null;
  /** The other way to try the service, where it has one and none was asked for. */
  readonly hints: readonly string[];
}

/** @throws UsageError for a dialect that is none, or that the service does not speak. */
export function chooseDialect(given: string | null, definition: ServiceDefinition): TrialDialect {
  const speaksAdobe = definition.dialects.includes('externalActions');
  switch (given) {
    case null:
      if (!speaksMarketo(definition)) return { service: null, hints: [] };
      if (!speaksAdobe) return { service: definition, hints: [] };
      return {
        service: null,
        hints: ['the service speaks Marketo, too: --dialect marketo tries it as Marketo calls it'],
      };
    case 'marketo':
      if (speaksMarketo(definition)) return { service: definition, hints: [] };
      throw new UsageError('--dialect marketo: the service does not speak it; add marketo to its dialects');
    case 'externalActions':
      if (speaksAdobe) return { service: null, hints: [] };
      throw new UsageError('--dialect externalActions: the service speaks Marketo alone');
    default:
      throw new UsageError(`--dialect ${given}: say externalActions or marketo`);
  }
}
