import type { EventEntity } from './company-entity.js';
import type { CompanyEventType } from './company-event-types.js';

const PERSON = {
  person_id: 'ABC123',
  external_person_id: 'ex1234',
  mobile_phone: { mdn: '13125550100' },
  custom_fields: { first_name: 'Pat', zip_code: '60606' },
};
const LIST = { id: 1, name: 'Sample list' };
const CAMPAIGN = { id: 1, api_key: 'sample', description: 'Sample campaign', keyword: 'JOIN' };

/** One sample per family, under the keys of the delivered body; numbers are from ranges without subscribers. */
const SAMPLES: Readonly<Record<string, EventEntity>> = Object.freeze({
  person: { person: PERSON },
  subscription: { subscription: { subscription_list: LIST, person: PERSON, opt_in_date: '2013-08-01T15:42:23Z' } },
  subscription_list: { subscription_list: LIST },
  ack_participant: { participant: { acquisition_campaign: CAMPAIGN, person: PERSON, status: 'active' } },
  company_participant: { participant: { acquisition_campaign: CAMPAIGN, person: PERSON, status: 'active' } },
  device: {
    person: PERSON,
    push_device: { app_id: 'sample-app', vibes_device_id: 'sample-device', device_os: 'ANDROID' },
  },
  unmatched_message: {
    participant: { person: PERSON },
    source_code: '12345',
    country_code: 'US',
    message: 'Hello',
  },
  wallet_item: {
    wallet_instance: { uuid: 'sample-instance' },
    wallet_item: { uuid: 'sample-item', person: PERSON },
    wallet_campaign: { token: 'sample-campaign', name: 'Sample campaign' },
  },
  event_processed: { event_processed: { event_type: 'sample', status: 'success' } },
});

/** A sample of what an event of the type is about. */
export function sampleOf(type: CompanyEventType): EventEntity {
  return SAMPLES[type.family] ?? {};
}
