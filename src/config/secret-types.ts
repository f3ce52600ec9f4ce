import type { BasicUser, EncryptionKey } from './secrets.js';
import { accept, hasControlCharacter, listOf, type Parsed, refuse, type VariableType } from './variable-type.js';

const KEY_BYTES = 32;

/** Keys callers present: printable, no blanks. Never quoted. */
export const apiKeys: VariableType<readonly string[]> = listOf('keys separated by commas', (text) =>
  /^[\x21-\x7e]+$/.test(text)
    ? accept(text)
    : refuse('has blanks or characters a header cannot carry', 'use keys made by: openssl rand -hex 24'),
);

/** Client secrets of one credential: one, or two while they are rotated. Never quoted. */
export const clientSecrets: VariableType<readonly string[]> = {
  label: 'one or two secrets separated by a comma',
  parse(text) {
    const parsed = apiKeys.parse(text);
    return parsed.kind === 'accepted' && parsed.value.length > 2
      ? refuse('has more than two secrets', 'a credential has at most two: remove the retired ones')
      : parsed;
  },
};

/** Users who sign in with a password. Never quoted. */
export const basicUsers: VariableType<readonly BasicUser[]> = {
  label: 'user:password pairs separated by commas',
  parse(text) {
    const parsed = listOf('user:password', parseBasicUser).parse(text);
    return parsed.kind === 'accepted' ? refuseTwins(parsed.value, (user) => user.username, 'user') : parsed;
  },
};

/** AES-256 keys as `id:base64`; the first encrypts, all decrypt. Never quoted. */
export const encryptionKeys: VariableType<readonly EncryptionKey[]> = {
  label: 'id:base64 keys of 32 bytes separated by commas',
  parse(text) {
    const parsed = listOf('id:base64', parseEncryptionKey).parse(text);
    return parsed.kind === 'accepted' ? refuseTwins(parsed.value, (key) => key.id, 'key id') : parsed;
  },
};

function parseBasicUser(text: string): Parsed<BasicUser> {
  if (hasControlCharacter(text)) {
    return refuse('has a control character', 'Basic authentication carries none (RFC 7617): choose another password');
  }
  const colon = text.indexOf(':');
  return colon > 0 && colon < text.length - 1
    ? accept({ username: text.slice(0, colon), password: text.slice(colon + 1) })
    : refuse('is not user:password', 'write user:password (a password cannot contain a comma)');
}

function parseEncryptionKey(text: string): Parsed<EncryptionKey> {
  const remedy = 'write id:key with a key made by: openssl rand -base64 32';
  const match = /^([\w-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(text);
  if (match === null) {
    return refuse('is not id:base64', remedy);
  }
  const key = Buffer.from(match[2] ?? '', 'base64');
  return key.length === KEY_BYTES
    ? accept({ id: match[1] ?? '', key })
    : refuse(`has ${key.length} bytes instead of ${KEY_BYTES}`, remedy);
}

function refuseTwins<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  what: string,
): Parsed<readonly Item[]> {
  const twin = items.findIndex((item, index) => items.findIndex((other) => nameOf(other) === nameOf(item)) !== index);
  return twin === -1 ? accept(items) : refuse(`entry ${twin + 1} repeats a ${what}`, `give every ${what} once`);
}
