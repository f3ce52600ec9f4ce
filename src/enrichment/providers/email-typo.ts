// The mailboxes people misspell most; a hint is only worth giving for a domain nobody would own on purpose.
const POPULAR = [
  ...['gmail.com', 'googlemail.com', 'yahoo.com', 'hotmail.com', 'outlook.com', 'icloud.com', 'live.com', 'aol.com'],
  ...['yahoo.co.uk', 'hotmail.co.uk', 'yahoo.fr', 'hotmail.fr', 'yahoo.co.jp', 'gmx.de', 'gmx.net', 'web.de'],
  ...['t-online.de', 'orange.fr', 'wanadoo.fr', 'laposte.net', 'libero.it', 'protonmail.com', 'proton.me', 'yandex.ru'],
  ...['mail.ru', 'naver.com', 'comcast.net', 'verizon.net', 'msn.com', 'qq.com', '163.com', 'rediffmail.com'],
];

const KNOWN = new Set(POPULAR);
/** Below this length one letter's difference is another company: aon.com is no misspelt aol.com. */
const SHORTEST_NAME = 5;

/** Suggests the mailbox host a domain is one slip of the keyboard away from, or null. */
export function suggestMailHost(domain: string): string | null {
  if (KNOWN.has(domain)) return null;
  const [name = '', ...suffix] = domain.split('.');
  if (suffix.length === 0 || name.length < SHORTEST_NAME - 1) return null;
  for (const host of POPULAR) {
    const [hostName = '', ...hostSuffix] = host.split('.');
    if (hostName.length < SHORTEST_NAME) continue;
    const nameSlips = slips(name, hostName);
    const suffixSlips = slips(suffix.join('.'), hostSuffix.join('.'));
    const looksMeant = nameSlips === 0 ? suffixSlips === 1 && !isOwnSuffix(suffix.join('.')) : suffixSlips === 0;
    if (looksMeant && nameSlips <= 1) return host;
  }
  return null;
}

/** Suffixes of countries in which the big mailbox hosts really have addresses. */
function isOwnSuffix(suffix: string): boolean {
  return suffix.length === 2 || suffix.startsWith('co.') || suffix.startsWith('com.') || suffix === 'net';
}

/** 0 for the same text, 1 for one letter added, left out, replaced or swapped with its neighbour, else 2. */
function slips(left: string, right: string): 0 | 1 | 2 {
  if (left === right) return 0;
  if (Math.abs(left.length - right.length) > 1) return 2;
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  const swapped =
    left[at] === right[at + 1] && left[at + 1] === right[at] && left.slice(at + 2) === right.slice(at + 2);
  const replaced = left.slice(at + 1) === right.slice(at + 1);
  const added = left.slice(at + 1) === right.slice(at);
  const leftOut = left.slice(at) === right.slice(at + 1);
  return swapped || replaced || added || leftOut ? 1 : 2;
}
