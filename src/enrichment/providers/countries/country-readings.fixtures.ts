import { expect, it } from 'vitest';
import { loadCountryIndex } from './country-index.js';

const index = await loadCountryIndex();

/** Texts that are read as the code before them; "-" is silence. */
export function reads(table: Readonly<Record<string, readonly string[]>>): void {
  it.each(Object.entries(table).flatMap(([code, texts]) => texts.map((text) => [text, code] as const)))(
    'reads %j as %s',
    (text, code) => {
      expect(index.find(text)?.alpha2 ?? '-').toBe(code);
    },
  );
}
