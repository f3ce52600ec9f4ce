import { describe, expect, it } from 'vitest';
import type { ActionEntity } from '../actions/action-input.js';
import { definitionOf, LEAD_YAML } from '../catalog/catalog.fixtures.js';
import type { Enrichment } from './enrichment-provider.js';
import { recordFields, type StepRecord } from './field-record.js';
import { ResultBuilder } from './result-builder.js';

/** Answers with `grade` (an integer), `website` (a url) and the attribute `checkedBy`. */
const DEFINITION = definitionOf(LEAD_YAML);
const LEAD: ActionEntity = { kind: 'lead', id: '1', fields: { website: 'https://given.example' } };

/** Names each step wrote, in the order of the steps. */
function writersOf(...enrichments: Enrichment[]): (readonly string[] | undefined)[] {
  const result = new ResultBuilder();
  const steps = enrichments.map((_, index): StepRecord => ({ step: `s${index}`, outcome: 'ok', ms: 0 }));
  enrichments.forEach((enrichment, index) => result.add(enrichment, index));
  recordFields(DEFINITION, LEAD, result, steps);
  return steps.map(({ wrote }) => wrote);
}

describe('the record of who wrote a field', () => {
  it('names the step that had the last word, and its attributes', () => {
    const first = { fields: { grade: 1, website: 'https://a.example' } };
    const second = { fields: { grade: 2 }, attributes: { checkedBy: 'us' } };
    expect(writersOf(first, second)).toEqual([['website'], ['grade', 'activityData.checkedBy']]);
  });

  it('names no field that is not declared', () => {
    expect(writersOf({ fields: { other: 1, constructor: 2 }, accountFields: { grade: 1 } })).toEqual([undefined]);
  });

  it('names nobody for a value that is not of its type, and so is not sent', () => {
    expect(writersOf({ fields: { grade: 1 } }, { fields: { grade: 'excellent' } })).toEqual([undefined, undefined]);
  });

  it('names nobody where a later step says that there is no value', () => {
    expect(writersOf({ fields: { grade: 1 } }, { fields: { grade: null } })).toEqual([undefined, undefined]);
  });

  it('leaves a name to the earlier step where a later one says nothing of it', () => {
    const silent = { fields: { website: 'https://a.example', grade: undefined, other: 1 } } as unknown as Enrichment;
    expect(writersOf({ fields: { grade: 1 } }, silent)).toEqual([['grade'], ['website']]);
  });

  it('reads a provider’s object once: it may answer otherwise the next time', () => {
    let reads = 0;
    const fields = {
      get grade(): number {
        reads += 1;
        if (reads > 1) throw new Error('read twice');
        return 1;
      },
    };
    expect(writersOf({ fields })).toEqual([['grade']]);
  });

  it('keeps nothing back where every field is always written', () => {
    const result = new ResultBuilder();
    result.add({ fields: { website: 'https://found.example' } }, 0);
    recordFields(DEFINITION, LEAD, result, [{ step: 's', outcome: 'ok', ms: 0 }]);
    expect(result.kept).toBeUndefined();
  });
});
