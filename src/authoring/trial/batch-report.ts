import type { JsonValue } from '../../http/json-value.js';
import type { ShownStep } from './trial-report.js';
import { renderEnd, renderSteps } from './trial-text.js';

/** A lead of a batch that was tried. */
export interface ShownLead {
  /** Digits. */
  readonly id: string;
  readonly outcome: 'success' | 'failure';
  readonly code: string | null;
  readonly reason: string | null;
  readonly ms: number;
  /** Empty where the lead is refused before its pipeline. */
  readonly steps: readonly ShownStep[];
}

/** A trial of a batch as it is shown. */
export interface BatchTrialReport {
  readonly service: string;
  readonly dialect: 'marketo';
  /** Where the leads came from. */
  readonly source: string;
  /** A failure when one of the leads fails. */
  readonly outcome: 'success' | 'failure';
  /** In the batch's order. */
  readonly leads: readonly ShownLead[];
  readonly warnings: readonly string[];
  readonly callback: JsonValue;
}

/** A trial of a batch in lines for a terminal. */
export function renderBatchTrial({ service, source, leads, warnings, callback }: BatchTrialReport): string {
  const count = leads.length === 1 ? '1 lead' : `${leads.length} leads`;
  const failed = leads.filter(({ outcome }) => outcome === 'failure').length;
  const sum = leads.length === 1 ? [] : ['', `${leads.length - failed} succeeded, ${failed} failed`];
  return `${[
    `${service} (Marketo), ${count} (${source})`,
    ...leads.flatMap(renderLead),
    ...sum,
    ...renderEnd(warnings, callback),
  ].join('\n')}\n`;
}

function renderLead({ id, outcome, code, reason, ms, steps }: ShownLead): string[] {
  const ended = outcome === 'success' ? `success in ${ms} ms` : `failure in ${ms} ms: ${code ?? ''}, ${reason ?? ''}`;
  return ['', `Lead ${id}`, ...(steps.length === 0 ? [] : renderSteps(steps)), ended];
}
