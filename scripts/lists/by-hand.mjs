// What is written by hand, in scripts/lists/by-hand: entries apart by white space, lines of `#` are comments.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

function readLines(name) {
  return readFileSync(join(import.meta.dirname, 'by-hand', `${name}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/u));
}

/** Every entry of a file. */
export function readByHand(name) {
  return new Set(readLines(name).flat());
}

/** @returns { domain, country } of each employer. */
export function readEmployers() {
  return readLines('employers').flatMap(([country, ...domains]) => domains.map((domain) => ({ domain, country })));
}

/** @returns a map from each typing error to the host that was meant. */
export function readTypingErrors() {
  return new Map(readLines('typing-errors').flatMap(([host, ...errors]) => errors.map((error) => [error, host])));
}

/** @returns whether free mail is nothing but mail, by entries such as `gmail.*` and by names that say so. */
export function readMailboxesOnly() {
  const rows = readLines('mailboxes-only');
  const but = new Set(rows.filter(([first]) => first === 'not').flatMap(([, ...rest]) => rest));
  const only = new Set(rows.filter(([first]) => first !== 'not').flat());
  const says = /mail|inbox|postfach|(?<!t-)email|correo|courriel/u;
  return (domain) => {
    if (but.has(domain)) return false;
    const [label] = domain.split('.');
    return only.has(domain) || only.has(`${label}.*`) || says.test(domain);
  };
}
