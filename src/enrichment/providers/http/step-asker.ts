import { Injectable } from '@nestjs/common';
import { type CallResult, type CallTime, StepCaller } from './step-caller.js';
import type { StepPlan } from './step-plan.js';
import type { TemplateValues } from './template.js';

/** What asking about one subject came to; `notAsked`: a value that the request needs is missing. */
export type Asked = CallResult | { readonly kind: 'notAsked' };

/** Asks a system about subjects. */
@Injectable()
export class StepAsker {
  constructor(private readonly caller: StepCaller) {}

  /** @throws EnrichmentError when there is no answer to be had. */
  async ask(plan: StepPlan, subject: TemplateValues, time: CallTime): Promise<Asked> {
    const request = plan.request.render(subject);
    if (request === null) return { kind: 'notAsked' };
    return this.caller.call(plan, request, time);
  }
}
