import { hash } from 'node:crypto';

/** Differences that two equal keys may have. */
export const FOLDS = Object.freeze(['case', 'accents'] as const);

export type Fold = (typeof FOLDS)[number];

/** Letters that have no accent to take off by decomposition, and are read without theirs all the same. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = Object.freeze({
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  æ: 'ae',
  Æ: 'Ae',
  œ: 'oe',
  Œ: 'Oe',
  ß: 'ss',
  ı: 'i',
});
const ACCENTED = /[øØłŁđĐðÐþÞæÆœŒßı]/gu;
const ASCII = /^[\x21-\x7e]*$/;

/** Turns the cells of a key into what they are found by: the same for a row of a file and for a value of a request. */
export class TableKey {
  private readonly folds: ReadonlySet<string>;

  constructor(folds: readonly string[]) {
    this.folds = new Set(folds);
  }

  /** A cell as it is compared: in NFC, single spaces, folded as the table wants it. Empty for no key. */
  fold(cell: string): string {
    let text = cell;
    if (!ASCII.test(text)) {
      text = this.folds.has('accents') ? withoutAccents(text) : text.normalize('NFC');
      // Last: a character may decompose into a space and an accent.
      text = text.replace(/\s+/gu, ' ').trim();
    }
    // Up first: ß and SS, and both small sigmas, are the same letters in capitals.
    return this.folds.has('case') ? text.toUpperCase().toLowerCase().normalize('NFC') : text;
  }

  /**
   * 128 bits of a hash as a uuid: as short in the index for a key of 8 kB as for one of two letters.
   * @returns null where a cell is empty, or holds what no table can.
   */
  digest(cells: readonly string[]): string | null {
    let text = '';
    for (const cell of cells) {
      const folded = this.fold(cell);
      if (folded === '' || folded.includes('\0')) return null;
      text += `${folded}\0`;
    }
    return hash('sha256', text, 'hex').slice(0, 32);
  }
}

function withoutAccents(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036F]/gu, '')
    .replace(ACCENTED, (letter) => PLAIN_LETTERS[letter] ?? letter)
    .normalize('NFC');
}
