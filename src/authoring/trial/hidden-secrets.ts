/** Shorter ones are in every text. */
const SHORTEST = 4;

/** Takes values of secrets out of a text: a system may answer with the key that it was asked with. */
export function hideSecrets(text: string, secrets: ReadonlyMap<string, string>): string {
  let hidden = text;
  for (const [name, value] of secrets) {
    if (value.length < SHORTEST) continue;
    // In JSON, quotes and backslashes of a value are escaped.
    for (const form of new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])) {
      hidden = hidden.replaceAll(form, `[SECRET_${name}]`);
    }
  }
  return hidden;
}
