// Typing errors of well-known mail hosts: what a finger does to a name, less everything that somebody may really have.

/** Hosts with long names that are no words: whatever key is struck wrongly, the outcome is no name. */
const LONG_NAMES = [
  ...['googlemail.com', 'hotmail.com', 'hotmail.fr', 'hotmail.it', 'hotmail.es', 'hotmail.de', 'hotmail.co.uk'],
  ...['outlook.com', 'outlook.fr', 'outlook.de', 'outlook.es', 'outlook.it', 'protonmail.com', 'rocketmail.com'],
  ...[
    'rediffmail.com',
    'tutanota.com',
    'comcast.net',
    'verizon.net',
    'bellsouth.net',
    'sbcglobal.net',
    'earthlink.net',
  ],
  ...['optonline.net', 'windstream.net', 'btinternet.com', 'virginmedia.com', 'ntlworld.com', 'blueyonder.co.uk'],
  ...['talktalk.net', 'bigpond.com', 'optusnet.com.au', 'wanadoo.fr', 'laposte.net', 'club-internet.fr', 't-online.de'],
  ...['sympatico.ca', 'videotron.ca'],
];

/** Of shorter names too little is left; their usual errors stand in the list by hand. */
const SHORTEST_TO_CUT = 5;

/** Hosts with short names. Another letter makes another name (gmail, gail; yahoo, yagoo): only their own letters count. */
const SHORT_NAMES = [
  ...['gmail.com', 'yahoo.com', 'yahoo.co.uk', 'yahoo.fr', 'yahoo.de', 'yahoo.it', 'yahoo.es', 'yahoo.ca'],
  ...['yahoo.com.br', 'yahoo.co.in', 'yahoo.co.jp', 'yahoo.com.mx', 'yahoo.com.ar', 'icloud.com', 'fastmail.com'],
  ...['foxmail.com', 'hanmail.net', 'yandex.ru', 'bluewin.ch', 'eircom.net'],
];

const NEIGHBOURS = {
  ...{ q: 'wa', w: 'qes', e: 'wrd', r: 'etf', t: 'ryg', y: 'tuh', u: 'yij', i: 'uok', o: 'ipl', p: 'ol' },
  ...{ a: 'qsz', s: 'awdx', d: 'sefc', f: 'drgv', g: 'fthb', h: 'gyjn', j: 'hukm', k: 'jil', l: 'kop' },
  ...{ z: 'asx', x: 'zsc', c: 'xdv', v: 'cfb', b: 'vgn', n: 'bhm', m: 'nj' },
};

/**
 * @param isTaken whether a domain is of somebody, or its name is a word.
 * @returns a map from each error to the host that was meant; no error of two hosts.
 */
export function makeTypingErrors(isTaken) {
  const meant = new Map();
  const unclear = new Set([...LONG_NAMES, ...SHORT_NAMES]);
  for (const host of [...LONG_NAMES, ...SHORT_NAMES]) {
    const dot = host.indexOf('.');
    for (const name of slips(host.slice(0, dot), LONG_NAMES.includes(host))) {
      const error = `${name}${host.slice(dot)}`;
      if (meant.has(error) && meant.get(error) !== host) unclear.add(error);
      if (!isTaken(error)) meant.set(error, host);
    }
  }
  for (const error of unclear) meant.delete(error);
  return meant;
}

/**
 * One key left out or struck twice, two in the wrong order; for long names also one struck with its neighbour or instead
 * of it. The first letter stays what it is: another one makes another name (ymail, jmail).
 */
function slips(name, isLong) {
  const found = new Set();
  for (let at = 0; at < name.length; at += 1) {
    const before = name.slice(0, at);
    const after = name.slice(at + 1);
    if (at > 0 && name.length > SHORTEST_TO_CUT) found.add(before + after);
    found.add(before + name[at] + name[at] + after);
    if (at < name.length - 1) found.add(before + name[at + 1] + name[at] + name.slice(at + 2));
    if (!isLong || at === 0) continue;
    for (const key of NEIGHBOURS[name[at]] ?? '') {
      found.add(before + key + after).add(`${before}${key}${name[at]}${after}`);
      if (after !== '') found.add(before + name[at] + key + after);
    }
  }
  found.delete(name);
  return [...found].filter((slip) => !slip.startsWith('-') && !slip.endsWith('-'));
}
