import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReceivedCallback } from './fake-adobe.js';

/** A service that speaks Marketo alone, with one of everything. */
export const SCORING = `
apiName: scoring
dialects: [marketo]
i18n:
  en_US: { name: Scoring, description: Scores a lead, filterName: Scoring was used, triggerName: Use scoring }
  de_DE: { name: Bewertung, filterName: Bewertung wurde verwendet }
description: Scores a lead
primaryAttribute: mode
timeout: 5
caBundle: https://certificates.example.com/bundle
invocationPayloadDef:
  globalAttributes:
    - { apiName: region, i18n: { en_US: { name: Region } }, dataType: string, picklist: [eu, { value: us, label: { en_US: America, de_DE: Amerika } }], enforcePicklistSelect: true }
  flowAttributes:
    - { apiName: mode, i18n: { en_US: { name: Mode, uiTooltip: How to score } }, dataType: string, required: true, picklist: [strict, lax] }
  fields:
    - { serviceAttribute: email, dataType: email, required: true, suggestedMarketoAttribute: email, description: { en_US: E-mail address, de_DE: E-Mail-Adresse } }
    - { serviceAttribute: age, dataType: integer }
    - { serviceAttribute: subscribed, dataType: boolean }
  headers:
    - { name: X-Vendor, description: { en_US: The vendor } }
  programContext: true
  campaignContext: true
  triggerContext: true
  programMemberContext: true
  myTokenContext: [Event Date]
callbackPayloadDef:
  attributes:
    - { apiName: seen, i18n: { en_US: { name: Seen } }, dataType: text }
  fields:
    - { serviceAttribute: scored, dataType: score, description: The score }
    - { serviceAttribute: label, dataType: string, description: A label }
    - { serviceAttribute: story, dataType: text, description: A story }
    - { serviceAttribute: at, dataType: datetime, description: A moment }
    - { serviceAttribute: whole, dataType: integer, description: A number }
openapi: { title: Scoring, providerName: Test, supportContact: test@example.com }
pipeline:
  - { provider: scripted, required: true, timeout: 2s }
`;

/** The same, called by both products. */
export const BOTH = SCORING.replace('apiName: scoring', 'apiName: both')
  .replace(
    'dialects: [marketo]',
    'dialects: [externalActions, marketo]\nsupportedEntityType: lead\nenableSplitPaths: false',
  )
  .replace('title: Scoring', 'title: Both');

/** A provider that does as the lead says: `do` is a list of what it is to find, or `throw`, `hang`, `die`. */
export const SCRIPTED = `
import { setTimeout as sleep } from 'node:timers/promises';
export class Scripted {
  key = 'scripted';
  async enrich({ entity }, settings, context) {
    const fields = entity.fields;
    if (fields.do === 'throw') throw Object.assign(new Error('nothing is known'), { code: 'NOT_FOUND' });
    if (fields.do === 'hang') await sleep(60_000, undefined, { ref: false });
    if (fields.do === 'die') { await sleep(50); process.kill(process.pid, 'SIGKILL'); await sleep(1_000); }
    if (fields.do === 'wait') await sleep(Number(fields.ms));
    const { flowStep, journey, globalAttributes, headers, subscription } = context;
    const seen = JSON.stringify({ mode: flowStep.mode, trigger: journey.trigger, member: journey.programMember,
      tokens: journey.tokens, campaign: journey.name, program: journey.program, region: globalAttributes.region,
      vendor: headers['x-vendor'], prefix: subscription.prefix, subscribed: fields.subscribed, age: fields.age });
    return { fields: { scored: 1, ...fields.found }, attributes: { seen } };
  }
}
`;

/** A folder with services and the provider they name, for the environment of a service. */
export class MarketoFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'ricochet-marketo-'));
  readonly env: Record<string, string>;

  constructor(services: Readonly<Record<string, string>> = { 'scoring.yaml': SCORING, 'both.yaml': BOTH }) {
    for (const [name, text] of Object.entries(services)) writeFileSync(join(this.folder, name), text);
    const provider = join(this.folder, 'scripted.mjs');
    writeFileSync(provider, SCRIPTED);
    this.env = { SERVICES_DIR: this.folder, PROVIDER_MODULES: provider };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface LeadOptions {
  readonly id: number | bigint;
  readonly fields?: object;
  readonly mode?: string | null;
  readonly more?: object;
}

/** A lead as Marketo sends it. */
export function marketoLead({ id, fields = {}, mode = 'strict', more = {} }: LeadOptions): Record<string, unknown> {
  return {
    objectType: 'lead',
    objectContext: { id, email: `lead${id}@example.com`, ...fields },
    flowStepContext: mode === null ? {} : { mode },
    ...more,
  };
}

/** A batch as Marketo sends it. */
export function marketoBatch(
  callbackUrl: string,
  leads: readonly unknown[],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    token: randomUUID(),
    batchId: 77,
    apiCallBackKey: 'key-of-the-batch',
    campaignId: 1039,
    callbackUrl,
    context: {
      subscription: { munchkinId: '123-ABC-456', prefix: 'acme' },
      admin: { region: 'eu' },
      campaign: { id: 1039, name: 'Nurture' },
      program: { id: 12, name: 'Webinar' },
    },
    objectData: leads,
    ...more,
  };
}

export interface MarketoResult {
  readonly leadData: Record<string, unknown> & { readonly id: number };
  readonly activityData: Record<string, unknown> & { readonly success: boolean };
}

/** The results of a callback, in its order. */
export function resultsOf(callback: ReceivedCallback | undefined): readonly MarketoResult[] {
  return (callback?.body.objectData ?? []) as unknown as readonly MarketoResult[];
}
