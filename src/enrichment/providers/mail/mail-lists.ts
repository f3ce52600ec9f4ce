import { readFile } from 'node:fs/promises';

/**
 * The list a domain stands in. `webmail` is free mail and nothing else (gmail.com); `free` is free mail of a company that
 * is more than that (telia.com); `relay` forwards to a mailbox that it hides (duck.com); `company` is of staff, below a host
 * of another list (team.telstra.com).
 */
export type MailLabel = 'webmail' | 'free' | 'relay' | 'disposable' | 'company';

/** The lists in `data`, which `npm run lists` makes. */
export interface MailLists {
  readonly labels: ReadonlyMap<string, MailLabel>;
  /** The host that was meant, by the typing error. */
  readonly typingErrors: ReadonlyMap<string, string>;
}

const FILES: Readonly<Record<MailLabel, string>> = {
  disposable: 'disposable-mail-domains.txt',
  relay: 'relay-mail-domains.txt',
  free: 'free-mail-domains.txt',
  webmail: 'webmail-domains.txt',
  company: 'company-mail-domains.txt',
};
const TYPING_ERRORS = 'mail-typing-errors.tsv';

/** Reads the lists from disk. @throws the file system's error when one is missing from the build. */
export async function readMailLists(): Promise<MailLists> {
  const names = Object.keys(FILES) as MailLabel[];
  const [typingErrors, ...lists] = await Promise.all([
    readList(TYPING_ERRORS),
    ...names.map((name) => readList(FILES[name])),
  ]);
  const labels = new Map<string, MailLabel>();
  lists.forEach((list, at) => {
    const label = names[at];
    if (label !== undefined) for (const domain of list) labels.set(domain, label);
  });
  const pairs = typingErrors.map((line): [string, string] => {
    const tab = line.indexOf('\t');
    return [line.slice(0, tab), line.slice(tab + 1)];
  });
  return { labels, typingErrors: new Map(pairs) };
}

async function readList(name: string): Promise<string[]> {
  // Domains are ASCII: half the memory of UTF-16, and no decoding.
  const text = await readFile(new URL(`../data/${name}`, import.meta.url), 'latin1');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
