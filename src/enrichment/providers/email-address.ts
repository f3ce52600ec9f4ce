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
const ROLE_MAILBOXES = new Set(
  (
    'abuse account accounts accounting admin administration billing bonjour buchhaltung career careers ' +
    'compras contact contato contacto customer-service customerservice donotreply einkauf enquiry ' +
    'enquiries faktura feedback finance hello help helpdesk hostmaster hr info informacion invoice invoices ' +
    'it jobs kontakt legal mail marketing media news newsletter noreply no-reply office order orders ' +
    'postmaster press privacy purchasing rechnung reception recruiting ' +
    'sales security service shop support team ventas verkauf vertrieb webmaster'
  ).split(' '),
);

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
  return domain !== '' && isEmail(address, { allow_utf8_local_part: true }) ? { address, local, domain } : null;
}

/** Whether an address is a mailbox of a function ("info", "sales.emea") rather than of a person. */
export function isRoleMailbox(local: string): boolean {
  const [first = ''] = local.split(/[.+_]/u);
  return ROLE_MAILBOXES.has(local) || ROLE_MAILBOXES.has(first);
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
