import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCountryData } from './country-data.js';
import { countryKey, countryWords } from './country-key.js';
import { regionOf } from './country-regions.js';

const data = await readCountryData();

function readList(name: string): string[][] {
  const text = readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => line.split('\t'));
}

describe('the lists of countries', () => {
  it('say where they are from, when they were made and under which licence', () => {
    const header = readFileSync(new URL('../data/country-names.tsv', import.meta.url), 'utf8').slice(0, 1_000);
    expect(header).toMatch(/^# Names of the countries .+ in 148 languages/);
    expect(header).toContain('cldr-localenames-full@48.2.0');
    expect(header).toContain('Unicode-3.0');
    expect(header).toMatch(/# made: 20\d\d-\d\d-\d\d/);
    const licences = readFileSync(new URL('../data/country-names.LICENSES.txt', import.meta.url), 'utf8');
    expect(licences).toContain('UNICODE LICENSE V3');
    expect(licences).toContain('The MIT License');
  });

  it('have the 249 codes of ISO 3166-1 and Kosovo, each with alpha-3, number, English name and region', () => {
    const rows = readList('country-names.tsv').filter(([code]) => code !== '?');
    expect(rows.length).toBe(250);
    for (const column of [0, 1, 2, 3]) expect(new Set(rows.map((row) => row[column])).size).toBe(250);
    for (const [alpha2 = '', alpha3, numeric, name] of rows) {
      expect(alpha2).toMatch(/^[A-Z]{2}$/);
      expect(alpha3).toMatch(/^[A-Z]{3}$/);
      expect(numeric).toMatch(/^\d{3}$/);
      expect(name).toMatch(/^[^,]{4,}$/);
      expect(regionOf(alpha2), alpha2).not.toBeNull();
    }
  });

  it('spell every name by the key it is looked up with', () => {
    for (const [code, second = '', , , keys = ''] of readList('country-names.tsv')) {
      for (const key of code === '?' ? [second] : keys.split(' ')) expect(countryKey(key)).toBe(key);
    }
  });

  it('give no name to two countries, except those that are marked as shared', () => {
    const bearers = new Map<string, string>();
    for (const [code = '', second = '', , , keys = ''] of readList('country-names.tsv')) {
      for (const key of code === '?' ? [second] : keys.split(' ')) {
        expect(bearers.has(key), `${key}: ${bearers.get(key) ?? ''} and ${code}`).toBe(false);
        bearers.set(key, code);
      }
    }
    for (const [codes = '', names = ''] of readList('country-aliases.tsv')) {
      for (const name of names.split(' | ')) {
        const listed = bearers.get(countryKey(name));
        if (listed !== undefined && codes.length === 2) expect(`${name} ${listed}`).toBe(`${name} ${codes}`);
      }
    }
  });

  it('have aliases of known countries only, each once', () => {
    const seen = new Map<string, string>();
    for (const [codes = '', names = ''] of readList('country-aliases.tsv')) {
      for (const code of codes.split(' ')) expect(code === '-' || data.countries.has(code), code).toBe(true);
      for (const name of names.split(' | ')) {
        const key = countryKey(name);
        expect(key, name).not.toBe('');
        expect(seen.get(key) ?? codes, name).toBe(codes);
        seen.set(key, codes);
      }
    }
  });
});

describe('countryKey', () => {
  it.each([
    ['Côte d’Ivoire', "COTE D'IVOIRE"],
    ['Viet Nam', 'Việtnam'],
    ['Österreich', 'OSTERREICH'],
    ['TÜRKİYE', 'Turkiye'],
    ['Ελλάς', 'ΕΛΛΆΣ'],
    ['ألمانيا', 'المانيا'],
    ['ایران', 'ايران'],
    ['Guinea–Bissau', 'guinea bissau'],
    ['Timor-Leste', 'TIMOR LESTE'],
    ['ﾄﾞｲﾂ', 'ドイツ'],
    ['Færøerne', 'faeroerne'],
    ['Curaçao', 'Curacao'],
  ])('is the same for %j and %j', (one, other) => {
    expect(countryKey(one)).toBe(countryKey(other));
  });

  it.each([
    ['Niger', 'Nigeria'],
    ['Dominica', 'Dominicana'],
    ['ドイツ', 'トイツ'],
    ['India', 'Indië'],
  ])('tells %j from %j', (one, other) => {
    expect(countryKey(one)).not.toBe(countryKey(other));
  });

  it('keeps possessives together and drops points', () => {
    expect(countryWords("People's Rep. of  CHINA")).toEqual(['peoples', 'rep', 'of', 'china']);
  });
});
