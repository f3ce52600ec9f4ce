import { Injectable } from '@nestjs/common';
import { foldLabel } from '../../catalog/label-prefix.js';
import { parameterKey, type PicklistDefinition } from '../../catalog/marketo-definition.js';
import { RequestError } from '../../http/request-error.js';
import { TableChoices } from '../../lookup-tables/table-choices.js';
import type { MarketoService } from '../documents/service-definition.js';
import { PICKLIST_MAX } from '../marketo-limits.js';
import type { PicklistRequest } from './picklist-request.js';

/** A choice as Marketo reads it. */
export interface MarketoChoice {
  readonly displayValue: Readonly<Record<string, string>>;
  readonly submittedValue: string | number | boolean;
}

/** Answers which choices a parameter has: those of the file, or what the lookup tables hold. */
@Injectable()
export class Picklists {
  constructor(private readonly tables: TableChoices) {}

  /**
   * At most a thousand; of a longer list the first, the others are found by a prefix.
   * @throws RequestError 400 for a parameter without a list.
   */
  async choicesOf(definition: MarketoService, request: PicklistRequest): Promise<MarketoChoice[]> {
    const parameter = definition.marketo.parameters.get(parameterKey(request.type, request.name));
    const picklist = parameter?.picklist ?? null;
    if (picklist === null) {
      throw new RequestError(
        400,
        'INVALID_REQUEST',
        `The service has no ${request.type} parameter with such a picklist.`,
        {
          details: [{ field: 'name', message: 'is not the name of a parameter with a picklist' }],
        },
      );
    }
    const choices = await this.find(picklist, request);
    const prefix = foldLabel(request.prefix);
    return choices.filter((choice) => beginsWith(choice, prefix)).slice(0, PICKLIST_MAX);
  }

  private async find(picklist: PicklistDefinition, { prefix, mapped }: PicklistRequest): Promise<MarketoChoice[]> {
    switch (picklist.kind) {
      case 'choices':
        return picklist.choices.map(({ value, label, labels }) => ({
          displayValue: { en_US: label, ...labels },
          submittedValue: value,
        }));
      case 'tables':
        return (await this.tables.tables()).map(asChoice);
      case 'columns':
        return (await this.tables.columns(picklist.table)).map(asChoice);
      case 'mappedFields':
        return mapped[picklist.of].map(asChoice);
      case 'values': {
        // A table that is not there is said by /status, and would keep the whole flow step from being edited here.
        const found = (await this.tables.values(picklist, prefix, PICKLIST_MAX)) ?? [];
        return found.map(({ value, label }) => ({ displayValue: { en_US: label || value }, submittedValue: value }));
      }
    }
  }
}

/** In any language: a person types the label that the screen shows. */
function beginsWith({ displayValue }: MarketoChoice, prefix: string): boolean {
  return Object.values(displayValue).some((label) => foldLabel(label).startsWith(prefix));
}

function asChoice(text: string): MarketoChoice {
  return { displayValue: { en_US: text }, submittedValue: text };
}
