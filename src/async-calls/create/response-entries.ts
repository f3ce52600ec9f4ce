import type { RespondWhen, ResponseEntry } from '../async-call.js';
import { CallRefusal } from './call-refusal.js';
import { readChoice, readFlag } from '../soap/xml-values.js';
import type { ResponseAddresses } from './response-address.js';
import { childrenOf, textOf, type XmlElement } from '../soap/xml-element.js';

const TYPES = ['None', 'email', 'HTTPPost'] as const;
const WHEN: readonly RespondWhen[] = [
  'Never',
  'OnError',
  'OnExpired',
  'OnCallComplete',
  'Always',
  'OnConversationError',
  'OnConversationComplete',
];
/** Each is a request of ours for every call: a list that is longer is a mistake, or meant to hurt. */
const ENTRIES_MAX = 10;

/** Reads `SendResponseTo`: the entries that are called back. @throws CallRefusal. */
export function readResponseEntries(options: XmlElement, addresses: ResponseAddresses): ResponseEntry[] {
  const entries = childrenOf(options, 'SendResponseTo').filter((entry) => !entry.isNil);
  if (entries.length > ENTRIES_MAX) {
    throw CallRefusal.other(`There are more than ${ENTRIES_MAX} SendResponseTo entries.`);
  }
  return entries.flatMap((entry) => readEntry(entry, addresses) ?? []);
}

function readEntry(entry: XmlElement, addresses: ResponseAddresses): ResponseEntry | null {
  const type = readChoice(entry, 'ResponseType', TYPES);
  if (type === null) throw CallRefusal.other('The ResponseType of SendResponseTo is missing.');
  if (type === 'email') {
    throw CallRefusal.other('The ResponseType email is not supported: use HTTPPost, or retrieve ResultMessage.');
  }
  if (type === 'None') return null;
  return {
    url: addresses.check(textOf(entry, 'ResponseAddress')),
    respondWhen: readChoice(entry, 'RespondWhen', WHEN) ?? 'OnCallComplete',
    includeResults: readFlag(entry, 'IncludeResults'),
    includeObjects: readFlag(entry, 'IncludeObjects'),
    onlyIncludeBase: readFlag(entry, 'OnlyIncludeBase'),
  };
}
