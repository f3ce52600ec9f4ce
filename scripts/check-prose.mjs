// Holds comments and pages to the rules of prose: few words that hide who acts (at most 2.0 in a thousand), and no
// sentence that begins with What or Who. The thing is the subject: row, process, caller, receiver, administrator.
// `node scripts/check-prose.mjs [--list] [folder]`: --list names the vague words also where they are few enough.
import { join } from 'node:path';
import { readHouse } from './prose.mjs';

const LIMIT = 2;
const given = process.argv.slice(2);
const root = given.find((word) => word !== '--list') ?? join(import.meta.dirname, '..');

let failed = false;
for (const { name, words, vague, openings } of readHouse(root)) {
  const rate = words === 0 ? 0 : (vague.length * 1000) / words;
  const isTooMany = rate > LIMIT;
  console.log(
    `${name}: ${rate.toFixed(2)} vague words in 1,000 (${vague.length} of ${words} words, at most ${LIMIT.toFixed(1)}), ` +
      `${openings.length} sentences begin with What or Who`,
  );
  const complaints = [...(isTooMany || given.includes('--list') ? vague : []), ...openings];
  for (const complaint of complaints) console.error(`  ${complaint}`);
  failed ||= isTooMany || openings.length > 0;
}
process.exitCode = failed ? 1 : 0;
