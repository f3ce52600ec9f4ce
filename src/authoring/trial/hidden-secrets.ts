import { isJsonObject } from '../../http/json-value.js';

/** Shorter ones are in every text. */
const SHORTEST = 4;
/** Words that may be base64, as of a header of basic authentication. */
const ENCODED = /[\w+/-]{8,}={0,2}/g;
const STANDS_IN = /\[SECRET_\w+\]/;

/**
 * Takes values of secrets out of all that is shown: a system may answer with the key that it was asked with. Values are
 * looked at one by one, before anything shortens them or writes them as JSON: half a secret would not be found any more.
 */
export function hideSecrets<Shown>(shown: Shown, secrets: ReadonlyMap<string, string>): Shown {
  // The longest first: what is left of a secret that holds another one would be shown.
  const long = [...secrets].filter(([, value]) => value.length >= SHORTEST);
  long.sort(([, a], [, b]) => b.length - a.length);
  return hideIn(shown, long) as Shown;
}

type Secrets = readonly (readonly [name: string, value: string])[];

function hideIn(shown: unknown, secrets: Secrets): unknown {
  if (typeof shown === 'string') return hideInText(shown, secrets);
  if (Array.isArray(shown)) return shown.map((one) => hideIn(one, secrets));
  if (isJsonObject(shown)) {
    const members = Object.entries(shown);
    return Object.fromEntries(members.map(([name, member]) => [hideInText(name, secrets), hideIn(member, secrets)]));
  }
  if (typeof shown !== 'number' && typeof shown !== 'bigint') return shown;
  const hidden = hidePlain(String(shown), secrets);
  return STANDS_IN.test(hidden) ? hidden : shown;
}

function hideInText(text: string, secrets: Secrets): string {
  return hidePlain(text, secrets).replace(ENCODED, (word) => {
    const decoded = Buffer.from(word, 'base64').toString('utf8');
    const hidden = hidePlain(decoded, secrets);
    return hidden === decoded ? word : (STANDS_IN.exec(hidden)?.[0] ?? word);
  });
}

function hidePlain(text: string, secrets: Secrets): string {
  let hidden = text;
  for (const [name, value] of secrets) {
    // A text may be JSON itself, where quotes and backslashes of a value are escaped, or an address.
    for (const form of new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])) {
      hidden = hidden.replaceAll(form, () => `[SECRET_${name}]`);
    }
  }
  return hidden;
}
