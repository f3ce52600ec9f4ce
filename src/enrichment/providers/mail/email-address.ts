import { domainToASCII } from 'node:url';
import { isEmail } from 'class-validator';

/** An address in the form mail is sent to. */
export interface EmailAddress {
  /** Lower case, domain in ASCII. */
  readonly address: string;
  readonly local: string;
  readonly domain: string;
}

/** RFC 5321's longest path; anything longer is not worth a regular expression. */
const LONGEST_ADDRESS = 254;
/** Names that stay inside a network: no mail from outside reaches them. */
const INSIDE = /\.(?:local|localhost|localdomain|internal|intranet|lan|home|corp|invalid|onion|arpa)$/u;

/**
 * Reads an address out of what people paste: "Jane Doe <jane@acme.com>", "mailto:…", full-width letters, trailing
 * punctuation. Null when no valid address is left.
 */
export function parseEmailAddress(text: string): EmailAddress | null {
  if (text.length > LONGEST_ADDRESS * 2) return null;
  const bare = stripDecoration(text.normalize('NFKC'));
  const at = bare.lastIndexOf('@');
  if (at < 1 || bare.length > LONGEST_ADDRESS) return null;
  const local = bare.slice(0, at).toLowerCase();
  const domain = domainToASCII(bare.slice(at + 1).toLowerCase());
  const address = `${local}@${domain}`;
  return domain !== '' && !INSIDE.test(domain) && isEmail(address, { allow_utf8_local_part: true })
    ? { address, local, domain }
    : null;
}

/**
 * The parts of what is no address only because of a slip behind the @: "jane@gmailcom", "jane@gmail,com",
 * "jane@@gmail..com". Null when the local part is none either. The domain is a guess at what was meant, not a valid one.
 */
export function partsOfBrokenAddress(text: string): Pick<EmailAddress, 'local' | 'domain'> | null {
  if (text.length > LONGEST_ADDRESS * 2) return null;
  const [local = '', domain = '', again = domain, ...more] = stripDecoration(
    text.normalize('NFKC').toLowerCase(),
  ).split(/@+/u);
  if (again !== domain || more.length > 0 || !isEmail(`${local}@example.com`, { allow_utf8_local_part: true }))
    return null;
  return { local, domain: domain.replace(/[\s,;.]*[,;.][\s,;.]*/gu, '.').replace(/\s+/gu, '') };
}

function stripDecoration(text: string): string {
  const inner = /<([^<>]{3,254})>/u.exec(text)?.[1] ?? text;
  return inner
    .trim()
    .replace(/^mailto:\s*/iu, '')
    .replace(/\?.*$/su, '')
    .replace(/^[\s'"([{]+|[\s'")\]},;:.]+$/gu, '')
    .replace(/\s*@\s*/u, '@');
}
