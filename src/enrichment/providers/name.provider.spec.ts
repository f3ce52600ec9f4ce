import { describe, expect, it } from 'vitest';
import { describeEnrichmentProvider } from '../provider-conformance.js';
import { NameProvider } from './name.provider.js';
import { account, fieldsOf, group, lead } from './providers.fixtures.js';

const provider = new NameProvider();

describe('NameProvider', () => {
  it.each([
    ['jane', 'doe', 'Jane', 'Doe'],
    ['JANE', 'DOE', 'Jane', 'Doe'],
    ['Jane', 'McDonald', 'Jane', 'McDonald'],
    ['ronald', 'mcdonald', 'Ronald', 'McDonald'],
    ['ANGUS', 'MACLEOD', 'Angus', 'MacLeod'],
    ['bill', 'macy', 'Bill', 'Macy'],
    ['emmanuel', 'macron', 'Emmanuel', 'Macron'],
    ['sean', "o'neill", 'Sean', "O'Neill"],
    ['GIANNI', 'D’ANGELO', 'Gianni', 'D’Angelo'],
    ['vincent', 'van der berg', 'Vincent', 'van der Berg'],
    ['LUDWIG', 'VAN BEETHOVEN', 'Ludwig', 'van Beethoven'],
    ['anil', 'de', 'Anil', 'De'],
    ['jean-luc', 'picard', 'Jean-Luc', 'Picard'],
    ['ANNE-MARIE', 'MÜLLER-LÜDENSCHEIDT', 'Anne-Marie', 'Müller-Lüdenscheidt'],
    ['josé', 'garcía márquez', 'José', 'García Márquez'],
    ['leonardo', 'da vinci', 'Leonardo', 'da Vinci'],
    ['j.r.r.', 'tolkien', 'J.R.R.', 'Tolkien'],
    ['IŞIL', 'YILMAZ', 'Işıl', 'Yilmaz'],
    ['ИВАН', 'ПЕТРОВ', 'Иван', 'Петров'],
    ['ΝΙΚΟΣ', 'ΠΑΠΑΔΟΠΟΥΛΟΣ', 'Νικος', 'Παπαδοπουλος'],
    ['明', '王', '明', '王'],
    ['محمد', 'علي', 'محمد', 'علي'],
    ['  Jane ', 'Doe\u200B', 'Jane', 'Doe'],
    ['Dr. Jane', 'Doe', 'Jane', 'Doe'],
    ['Jane', 'Doe PhD', 'Jane', 'Doe'],
    ['DeShawn', 'LeBlanc', 'DeShawn', 'LeBlanc'],
    ['Jack', 'Ma', 'Jack', 'Ma'],
    ['Christopher', 'Null', 'Christopher', 'Null'],
  ])('writes %s %s as %s %s', async (firstName, lastName, first, last) => {
    expect(await fieldsOf(provider, { firstName, lastName })).toMatchObject({
      firstNameNormalized: first,
      lastNameNormalized: last,
      nameStatus: 'valid',
    });
  });

  it.each([
    ['jane doe', 'Jane', 'Doe'],
    ['Doe, Jane', 'Jane', 'Doe'],
    ['Prof. Dr. Angela Merkel', 'Angela', 'Merkel'],
    ['Frau Angela Merkel', 'Angela', 'Merkel'],
    ['Mr. John Smith Jr.', 'John', 'Smith'],
    ['John Smith, PhD', 'John', 'Smith'],
    ['Don Draper', 'Don', 'Draper'],
    ['Mary Ann Smith', 'Mary Ann', 'Smith'],
    ['ludwig van beethoven', 'Ludwig', 'van Beethoven'],
    ['Maria de la Cruz', 'Maria', 'de la Cruz'],
    ['Osama bin Zayed', 'Osama', 'bin Zayed'],
    ['Иван Петров', 'Иван', 'Петров'],
    ['Иванов Иван Иванович', 'Иван Иванович', 'Иванов'],
    ['Иван Иванович Иванов', 'Иван Иванович', 'Иванов'],
    ['王小明', '小明', '王'],
    ['欧阳娜娜', '娜娜', '欧阳'],
    ['司马光', '光', '司马'],
    ['山田太郎', '太郎', '山田'],
    ['山田 太郎様', '太郎', '山田'],
    ['高橋みなみ', 'みなみ', '高橋'],
    ['김민수', '민수', '김'],
    ['남궁민수', '민수', '남궁'],
    ['マイケル・ジョーダン', 'マイケル', 'ジョーダン'],
    ['عبد الله حسن', 'عبد الله', 'حسن'],
    ['محمد علي', 'محمد', 'علي'],
    ['دעידו כהן'.slice(1), 'עידו', 'כהן'],
    ['Γιώργος Παπανδρέου', 'Γιώργος', 'Παπανδρέου'],
  ])('splits %s into %s and %s', async (fullName, first, last) => {
    expect(await fieldsOf(provider, { fullName })).toMatchObject({
      firstNameNormalized: first,
      lastNameNormalized: last,
    });
  });

  it.each([
    [{ fullName: '王小明' }, '王小明', 'han'],
    [{ fullName: 'doe, jane' }, 'Jane Doe', 'latin'],
    [{ firstName: '민수', lastName: '김' }, '김민수', 'hangul'],
    [{ fullName: '高橋 みなみ' }, '高橋みなみ', 'kana'],
    [{ fullName: 'マイケル・ジョーダン' }, 'マイケル・ジョーダン', 'kana'],
    [{ firstName: 'Иван', lastName: 'Петров' }, 'Иван Петров', 'cyrillic'],
  ])('joins %j to %s (%s)', async (fields, fullName, nameScript) => {
    const found = await fieldsOf(provider, fields);
    expect(found).toMatchObject({ fullName, nameScript });
  });

  it('reads a full name out of the first name when that is all there is', async () => {
    expect(await fieldsOf(provider, { firstName: 'jane doe' })).toMatchObject({
      firstNameNormalized: 'Jane',
      lastNameNormalized: 'Doe',
    });
    expect(await fieldsOf(provider, { firstName: 'cher' })).toMatchObject({
      firstNameNormalized: 'Cher',
      nameStatus: 'partial',
    });
  });

  it.each([
    [{}, { firstName: 'jane', lastName: 'doe' }, 'Dear Jane'],
    [{}, { lastName: 'doe' }, 'Hello'],
    [{ greeting: 'Guten Tag {title} {last}' }, { fullName: 'Dr. Jane Doe' }, 'Guten Tag Dr. Doe'],
    [{ greeting: 'Guten Tag {title} {last}' }, { fullName: 'Jane Doe' }, 'Guten Tag Doe'],
    [{ greeting: '{full}様', greetingWithoutName: 'お客様' }, { fullName: '山田太郎' }, '山田太郎様'],
    [{ greeting: '{full}様', greetingWithoutName: 'お客様' }, {}, 'お客様'],
    [{ greeting: '$& {first}' }, { firstName: 'Cher' }, '$& Cher'],
  ])('greets by the template %j', async (settings, fields, greeting) => {
    expect(provider.validateSettings(settings)).toEqual([]);
    expect((await fieldsOf(provider, fields, settings)).greeting).toBe(greeting);
  });

  it.each([
    'jane@acme.com',
    'R2D2',
    'http://spam.example',
    '<b>x</b>',
    12345,
    true,
    {},
    [],
    'a'.repeat(10_000),
    'a '.repeat(500),
  ])('finds junk value %# suspicious and does not pass it on', async (firstName) => {
    expect(await fieldsOf(provider, { firstName })).toEqual({ greeting: 'Hello', nameStatus: 'suspicious' });
  });

  it.each([null, '', '-', 'n/a', 'Test'])('calls %j missing', async (firstName) => {
    expect(await fieldsOf(provider, { firstName })).toEqual({ greeting: 'Hello', nameStatus: 'missing' });
  });

  it.each([
    [{ greeting: 'Hi {firstName}' }, 'settings.greeting has {firstName}'],
    [{ greeting: 1 }, 'settings.greeting must be a text'],
    [{ from: 'name' }, 'settings.from is not a setting'],
  ])('refuses the settings %j', (settings, problem) => {
    expect(provider.validateSettings(settings).join('\n')).toContain(problem);
  });
});

describeEnrichmentProvider(
  () => new NameProvider(),
  [
    { name: 'a lead', entity: lead({ firstName: 'jane', lastName: 'VAN DER BERG' }), settings: {} },
    { name: 'a full name', entity: lead({ fullName: 'Dr. 山田 太郎' }), settings: { greeting: '{title} {full}' } },
    { name: 'an account', entity: account({ contact: 'Иванов Иван Иванович' }), settings: { fullFrom: 'contact' } },
    { name: 'a buying group', entity: group({}, { fullName: 'jane doe' }, {}, { firstName: '@' }), settings: {} },
  ],
);
