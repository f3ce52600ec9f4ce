import { describe, expect, it } from 'vitest';
import { NameProvider } from '../name.provider.js';
import { fieldsOf } from '../providers.fixtures.js';

const provider = new NameProvider();

describe('a full name is split', () => {
  it.each([
    // Initials
    ['John E Smith', 'John E', 'Smith'],
    ['John E. Smith', 'John E.', 'Smith'],
    ['john e smith', 'John E', 'Smith'],
    ['MARY Y JONES', 'Mary Y', 'Jones'],
    ['Ana I Costa', 'Ana I', 'Costa'],
    ['George W. Bush', 'George W.', 'Bush'],
    ['J.R.R. Tolkien', 'J.R.R.', 'Tolkien'],
    ['J. Robert Oppenheimer', 'J. Robert', 'Oppenheimer'],
    ['M. Night Shyamalan', 'M. Night', 'Shyamalan'],
    ['J.Smith', 'J.', 'Smith'],
    ['Mary Ann Smith', 'Mary Ann', 'Smith'],
    ['  Jane   van   Dyke ,', 'Jane', 'van Dyke'],
    // Spain, Portugal and the Americas
    ['María de los Ángeles Ruiz', 'María de los Ángeles', 'Ruiz'],
    ['MARIA DEL CARMEN GARCIA LOPEZ', 'Maria del Carmen', 'Garcia Lopez'],
    ['María del Carmen', 'María del Carmen', undefined],
    ['Maria de Fátima Sousa', 'Maria de Fátima', 'Sousa'],
    ['Juan de Dios Pérez', 'Juan de Dios', 'Pérez'],
    ['Maria de la Cruz', 'Maria', 'de la Cruz'],
    ['María José de la Torre', 'María José', 'de la Torre'],
    ['José García Márquez', 'José', 'García Márquez'],
    ['Gabriel García Márquez', 'Gabriel', 'García Márquez'],
    ['José Luis Rodríguez Zapatero', 'José Luis', 'Rodríguez Zapatero'],
    ['Ana María López', 'Ana María', 'López'],
    ['Ana García y Vega', 'Ana', 'García y Vega'],
    ['José Ortega y Gasset', 'José', 'Ortega y Gasset'],
    ['Juan García de la Torre', 'Juan', 'García de la Torre'],
    ['Jaime Espinosa de los Monteros', 'Jaime', 'Espinosa de los Monteros'],
    ['João Pedro da Silva', 'João Pedro', 'da Silva'],
    ['Luiz Inácio Lula da Silva', 'Luiz Inácio Lula', 'da Silva'],
    ['Maria João Sousa e Silva', 'Maria João', 'Sousa e Silva'],
    ['João Silva Neto', 'João', 'Silva Neto'],
    ['Carlos Drummond de Andrade', 'Carlos Drummond', 'de Andrade'],
    ['Juan Carlos', 'Juan Carlos', undefined],
    ['David Miranda Smith', 'David Miranda', 'Smith'],
    // Particles of other languages
    ['Yann LE GOFF', 'Yann', 'Le Goff'],
    ['LE GOFF Yann', 'Yann', 'Le Goff'],
    ['DUPONT Jean-Pierre', 'Jean-Pierre', 'Dupont'],
    ['Jean DUPONT', 'Jean', 'Dupont'],
    ['Jan van der BERG', 'Jan', 'van der Berg'],
    ['ИВАНОВ Иван', 'Иван', 'Иванов'],
    ["Jan van 't Hof", 'Jan', "van 't Hof"],
    ["Piet in 't Veld", 'Piet', "in 't Veld"],
    ["Kees 't Hart", 'Kees', "'t Hart"],
    ['Piet Jansen van Rensburg', 'Piet', 'Jansen van Rensburg'],
    ['Karl-Theodor Freiherr zu Guttenberg', 'Karl-Theodor', 'Freiherr zu Guttenberg'],
    ["Valéry Giscard d'Estaing", 'Valéry', "Giscard d'Estaing"],
    ['Yves Saint Laurent', 'Yves', 'Saint Laurent'],
    ['Jill St. John', 'Jill', 'St. John'],
    ['Seán Ó Briain', 'Seán', 'Ó Briain'],
    ['SEÁN Ó HEITHIR', 'Seán', 'Ó hEithir'],
    ['Sean O Brien', 'Sean', 'O Brien'],
    ['John O Smith', 'John O', 'Smith'],
    ['Rhun ap Iorwerth', 'Rhun', 'ap Iorwerth'],
    ['Osama bin Zayed', 'Osama', 'bin Zayed'],
    ['Mohammed Al Maktoum', 'Mohammed', 'Al Maktoum'],
    ['Bashar al-Assad', 'Bashar', 'al-Assad'],
    ['Abd El Rahman Hassan', 'Abd El Rahman', 'Hassan'],
    ['Sana Ben Ali', 'Sana', 'Ben Ali'],
    // Orders
    ['Smith, John', 'John', 'Smith'],
    ['Smith, John,', 'John', 'Smith'],
    ['Smith John', 'Smith', 'John'],
    ['García y Vega, Ana', 'Ana', 'García y Vega'],
    ['van der Berg, Jan', 'Jan', 'van der Berg'],
    ['Nguyễn Thị Minh Khai', 'Thị Minh Khai', 'Nguyễn'],
    ['Ngô Thị Hoa', 'Thị Hoa', 'Ngô'],
    ['Nguyen Van An', 'Van An', 'Nguyen'],
    ['Khai Nguyen', 'Khai', 'Nguyen'],
    ['Nagy László', 'László', 'Nagy'],
    ['László Nagy', 'László', 'Nagy'],
    ['Kim Min-su', 'Min-su', 'Kim'],
    ['Kim Kardashian', 'Kim', 'Kardashian'],
    ['Lee Ann-Marie', 'Lee', 'Ann-Marie'],
    ['Ivanov Ivan Ivanovich', 'Ivan Ivanovich', 'Ivanov'],
    ['Иванов Иван', 'Иван', 'Иванов'],
    ['Константин Иванов', 'Константин', 'Иванов'],
    ['Шевченко Тарас', 'Тарас', 'Шевченко'],
    ['Алиев Гейдар Алирза оглы', 'Гейдар Алирза оглы', 'Алиев'],
    ['林真理子', '真理子', '林'],
    ['長谷川 京子', '京子', '長谷川'],
    ['長谷川京子', '京子', '長谷川'],
    ['佐々木希', '希', '佐々木'],
    ['田中誠', '誠', '田中'],
    ['田中美智子', '美智子', '田中'],
    ['田中様', undefined, '田中'],
    ['鈴木さん', undefined, '鈴木'],
    ['王先生', undefined, '王'],
    ['欧阳先生', undefined, '欧阳'],
    ['王明', '明', '王'],
    ['小明 王', '小明', '王'],
    ['諸葛亮', '亮', '諸葛'],
    ['김 씨', undefined, '김'],
    ['민수 김', '민수', '김'],
    ['마이클 조던', '마이클', '조던'],
    ['マイケル', 'マイケル', undefined],
    ['نور الدين حسن', 'نور الدين', 'حسن'],
    ['أحمد بن سعيد', 'أحمد', 'بن سعيد'],
    ['דוד בן גוריון', 'דוד', 'בן גוריון'],
    ['สมชาย ณ นคร', 'สมชาย', 'ณ นคร'],
    ['Cher', 'Cher', undefined],
    ['van der Berg', undefined, 'van der Berg'],
    ['García López', undefined, 'García López'],
    ['García Juan', 'Juan', 'García'],
    ['Orbán Viktor', 'Viktor', 'Orbán'],
    ['Kim Jong-un', 'Jong-un', 'Kim'],
    ['Tsai Ing-wen', 'Ing-wen', 'Tsai'],
    ['Lee Ann-marie', 'Lee', 'Ann-Marie'],
    ['Claus Schenk Graf von Stauffenberg', 'Claus Schenk', 'Graf von Stauffenberg'],
    ["Ngũgĩ wa Thiong'o", 'Ngũgĩ', "wa Thiong'o"],
    ['Siti binti Ahmad', 'Siti', 'binti Ahmad'],
    ['José de San Martín', 'José', 'de San Martín'],
    ['Aung San Suu Kyi', 'Aung San Suu', 'Kyi'],
    ['Zine El Abidine Ben Ali', 'Zine El Abidine', 'Ben Ali'],
    ['Neymar da Silva Santos Júnior', 'Neymar', 'da Silva Santos Júnior'],
    ['Tolkien J.R.R.', 'J.R.R.', 'Tolkien'],
    ['Иванов И. И.', 'И. И.', 'Иванов'],
    ['버락 오바마', '버락', '오바마'],
    ['森鴎外', '鴎外', '森'],
  ])('%s: %s | %s', async (fullName, first, last) => {
    const found = await fieldsOf(provider, { fullName });
    expect([found.firstNameNormalized, found.lastNameNormalized]).toEqual([first, last]);
  });

  it.each([
    [{ fullName: 'Kovács Anna', country: 'HU' }, 'Anna', 'Kovács'],
    [{ fullName: 'Anna Kovács', country: 'HU' }, 'Anna', 'Kovács'],
    [{ fullName: 'Wang Xiaoming', country: 'China' }, 'Xiaoming', 'Wang'],
    [{ fullName: 'Wang Xiaoming' }, 'Wang', 'Xiaoming'],
    [{ fullName: 'Kim Minsu', country: 'KR' }, 'Minsu', 'Kim'],
    [{ fullName: '高田明', country: 'CN' }, '田明', '高'],
    [{ fullName: 'Juan Kadar Kranz', country: 'ES' }, 'Juan', 'Kadar Kranz'],
    [{ fullName: 'José García Márquez', firstName: 'José' }, 'José', 'García Márquez'],
    [{ fullName: 'Smith Mary Ann', lastName: 'Smith' }, 'Mary Ann', 'Smith'],
  ])('with evidence: %j: %s | %s', async (fields, first, last) => {
    const found = await fieldsOf(provider, fields);
    expect([found.firstNameNormalized, found.lastNameNormalized]).toEqual([first, last]);
  });
});

describe('titles, suffixes and what is no name', () => {
  it.each([
    ['Dame Diop', 'Dame', 'Diop', {}],
    ['Dame Mbaye Diop', 'Dame Mbaye', 'Diop', {}],
    ['Dame Judi Dench', 'Judi', 'Dench', { nameTitle: 'Dame' }],
    ['Sir Elton', 'Elton', undefined, { nameTitle: 'Sir' }],
    ['Mr Smith', undefined, 'Smith', { nameTitle: 'Mr' }],
    ['Frau Dr. med. Müller', undefined, 'Müller', { nameTitle: 'Frau Dr. med.' }],
    ['Dr. med. Anna Müller', 'Anna', 'Müller', { nameTitle: 'Dr. med.' }],
    ['Prof. Dr. Dr. h.c. Hans Maier', 'Hans', 'Maier', { nameTitle: 'Prof. Dr. Dr. h.c.' }],
    ['Dr.Jane Doe', 'Jane', 'Doe', { nameTitle: 'Dr.' }],
    ['Smith, Dr. John', 'John', 'Smith', { nameTitle: 'Dr.' }],
    ['Mr & Mrs Smith', undefined, 'Smith', { nameTitle: 'Mr & Mrs' }],
    ['Herr und Frau Weber', undefined, 'Weber', { nameTitle: 'Herr und Frau' }],
    ['M. Jean Dupont', 'Jean', 'Dupont', { nameTitle: 'M.' }],
    ['Don Draper', 'Don', 'Draper', {}],
    ['Don Henry Draper', 'Don Henry', 'Draper', {}],
    ['Don Miguel Ruiz', 'Miguel', 'Ruiz', { nameTitle: 'Don' }],
    ['Judge Reinhold', 'Judge', 'Reinhold', {}],
    ['K. R. Narayanan', 'K. R.', 'Narayanan', {}],
    ['Dr. C. Smith', 'C.', 'Smith', { nameTitle: 'Dr.' }],
    ['Dr. h. c. Anna Weber', 'Anna', 'Weber', { nameTitle: 'Dr. h. c.' }],
    ['Prof. Dr.-Ing. Hans Meier', 'Hans', 'Meier', { nameTitle: 'Prof. Dr.-Ing.' }],
    ['Frau von der Leyen', undefined, 'von der Leyen', { nameTitle: 'Frau' }],
    ['The Honorable John Smith', 'John', 'Smith', { nameTitle: 'The Honorable' }],
    ['Tan Sri Michelle Yeoh', 'Michelle', 'Yeoh', { nameTitle: 'Tan Sri' }],
    ['Budi Santoso, S.Kom.', 'Budi', 'Santoso', { nameSuffix: 'S.Kom.' }],
    ['นายสมชาย ใจดี', 'สมชาย', 'ใจดี', { nameTitle: 'นาย' }],
    ['Louis XIV', 'Louis', undefined, { nameSuffix: 'XIV' }],
    ['Jane (JD) Doe', 'Jane', 'Doe', { nameRemark: 'JD' }],
    ['Major Lazer', 'Major', 'Lazer', {}],
    ['Ing. Petr Novák, CSc.', 'Petr', 'Novák', { nameTitle: 'Ing.', nameSuffix: 'CSc.' }],
    ['Pani Anna Kowalska', 'Anna', 'Kowalska', { nameTitle: 'Pani' }],
    ['John Smith Jr.', 'John', 'Smith', { nameSuffix: 'Jr.' }],
    ['John Smith III', 'John', 'Smith', { nameSuffix: 'III' }],
    ['John Smith V', 'John', 'Smith', { nameSuffix: 'V' }],
    ['Smith, John, PhD, MBA', 'John', 'Smith', { nameSuffix: 'PhD MBA' }],
    ['John Smith, M.D.', 'John', 'Smith', { nameSuffix: 'M.D.' }],
    ['John Smith Esq.', 'John', 'Smith', { nameSuffix: 'Esq.' }],
    ['Jack MA', 'Jack', 'Ma', {}],
    ['MARY ANN MA', 'Mary Ann', 'Ma', {}],
    ['Nguyen Thi Vi', 'Thi Vi', 'Nguyen', {}],
    ['Jane Doe (she/her)', 'Jane', 'Doe', { namePronouns: 'she/her' }],
    ['Jane Doe she/her/hers', 'Jane', 'Doe', { namePronouns: 'she/her/hers' }],
    ['Jane Doe - they/them', 'Jane', 'Doe', { namePronouns: 'they/them' }],
    ['Alex Weber (er/ihm)', 'Alex', 'Weber', { namePronouns: 'er/ihm' }],
    ['William "Bill" Gates', 'William', 'Gates', { nameRemark: 'Bill' }],
    ['Robert (Bob) Smith', 'Robert', 'Smith', { nameRemark: 'Bob' }],
    ["William 'Bill' Gates", 'William', 'Gates', { nameRemark: 'Bill' }],
    ['Anna Müller geb. Schmidt', 'Anna', 'Müller', { nameRemark: 'geb. Schmidt' }],
    ['John Smith | Acme', 'John', 'Smith', { nameRemark: 'Acme' }],
    ['John Smith, CEO', 'John', 'Smith', { nameRemark: 'CEO' }],
    ['Mary Smith - Jones', 'Mary', 'Smith-Jones', {}],
    ['🎉 Jane Doe 👩🏽‍💻', 'Jane', 'Doe', {}],
    ['"Jane Doe"', 'Jane', 'Doe', {}],
    ['ＪＡＮＥ　ＤＯＥ', 'Jane', 'Doe', {}],
    ['O&#39;Neill, Sean', 'Sean', "O'Neill", {}],
  ])('%s: %s | %s', async (fullName, first, last, others) => {
    const found = await fieldsOf(provider, { fullName });
    expect([found.firstNameNormalized, found.lastNameNormalized]).toEqual([first, last]);
    const { nameTitle, nameSuffix, namePronouns, nameRemark } = found;
    expect(JSON.parse(JSON.stringify({ nameTitle, nameSuffix, namePronouns, nameRemark }))).toEqual(others);
  });

  it.each([
    [{ firstName: 'Dame', lastName: 'Diop' }, 'Dame', 'Diop'],
    [{ firstName: 'Jane', lastName: '(she/her)' }, 'Jane', undefined],
    [{ firstName: 'Jane', lastName: 'Doe (she/her)' }, 'Jane', 'Doe'],
    [{ firstName: 'Mr', lastName: 'Smith' }, undefined, 'Smith'],
    [{ firstName: 'John Smith', lastName: 'Jr.' }, 'John', 'Smith'],
    [{ firstName: 'Jane Doe', lastName: 'Doe' }, 'Jane', 'Doe'],
    [{ firstName: 'John', lastName: 'John Smith' }, 'John', 'Smith'],
    [{ firstName: 'John Smith', lastName: 'John Smith' }, 'John', 'Smith'],
    [{ firstName: 'Mary Ann', lastName: 'Lee' }, 'Mary Ann', 'Lee'],
    [{ firstName: 'John', lastName: 'Smith,' }, 'John', 'Smith'],
    [{ firstName: 'Jane', lastName: 'Doe MD' }, 'Jane', 'Doe'],
    [{ firstName: 'Yo-Yo', lastName: 'Ma' }, 'Yo-Yo', 'Ma'],
    [{ lastName: 'Smith, John' }, 'John', 'Smith'],
    [{ lastName: 'García López' }, undefined, 'García López'],
    [{ firstName: 'Smith', lastName: 'John' }, 'Smith', 'John'],
    [{ firstName: 'Jean Luc' }, 'Jean Luc', undefined],
    [{ firstName: 'Hans Dr.', lastName: 'Müller' }, 'Hans', 'Müller'],
    [{ firstName: 'JOHN', fullName: 'Jane Doe' }, 'John', 'Doe'],
    [{ firstName: 'Mary Ann' }, 'Mary Ann', undefined],
    [{ firstName: 'Judge', lastName: 'Pastor Ruiz García' }, 'Judge', 'Pastor Ruiz García'],
  ])('leaves in its box what no other box claims: %j: %s | %s', async (fields, first, last) => {
    const found = await fieldsOf(provider, fields);
    expect([found.firstNameNormalized, found.lastNameNormalized]).toEqual([first, last]);
  });

  it.each([
    'asdf',
    'asdf asdf',
    'qwerty',
    'sdfsdf sdfsdf',
    'aaa bbb',
    'Lorem Ipsum',
    'Max Mustermann',
    'john@acme.com',
    'www.acme.com',
    'acme.com',
    'john.smith',
    'john_smith',
    'Acme GmbH',
    'ACME INC.',
    'Siemens AG',
    'Johnson & Johnson',
    'Smith and Sons',
    'Sales Team',
    '株式会社東芝',
    'ООО Ромашка',
    'R&D',
    'John Sm1th',
    'M�ller',
    'MÃ¼ller',
    'фыва',
  ])('says nothing about %s', async (fullName) => {
    expect(await fieldsOf(provider, { fullName })).toEqual({ greeting: 'Hello', nameStatus: 'suspicious' });
  });

  it.each([
    { firstName: 'Acme GmbH', lastName: 'Doe' },
    { firstName: 'jane@acme.com', lastName: 'Doe' },
    { firstName: 'Jane', lastName: 'Acme Ltd' },
  ])('says nothing about %j', async (fields) => {
    expect(await fieldsOf(provider, fields)).toEqual({ greeting: 'Hello', nameStatus: 'suspicious' });
  });

  it.each(['Test Test', 'test', 'Vorname Nachname', 'n/a', '🎉', '(she/her)', '.'])(
    'has no name in %s',
    async (fullName) => {
      expect(await fieldsOf(provider, { fullName })).toMatchObject({ greeting: 'Hello', nameStatus: 'missing' });
    },
  );

  it.each([
    'Jon Tester',
    'Charlotte Church',
    'Ann Group-Smith',
    'Sheila Bank',
    'Lili Coco',
    'Grace Sales',
    'Nina Demo',
  ])('believes %s', async (fullName) => {
    expect((await fieldsOf(provider, { fullName })).nameStatus).toBe('valid');
  });
});

describe('a greeting', () => {
  it.each([
    [{ firstName: 'VI' }, 'Dear Vi'],
    [{ fullName: 'John E Smith' }, 'Dear John'],
    [{ fullName: 'J. Robert Oppenheimer' }, 'Dear Robert'],
    [{ fullName: 'J.R.R. Tolkien' }, 'Hello'],
    [{ firstName: 'J', lastName: 'Smith' }, 'Hello'],
    [{ firstName: 'J.', lastName: 'Smith' }, 'Hello'],
    [{ firstName: 'JD', lastName: 'Vance' }, 'Hello'],
    [{ firstName: 'Md', lastName: 'Rahman' }, 'Hello'],
    [{ firstName: 'Wm.', lastName: 'Smith' }, 'Hello'],
    [{ firstName: 'Mr', lastName: 'Smith' }, 'Hello'],
    [{ firstName: 'Mr' }, 'Hello'],
    [{ fullName: 'Mr Smith' }, 'Hello'],
    [{ fullName: 'Mr & Mrs Smith' }, 'Hello'],
    [{ fullName: 'John & Mary Smith' }, 'Hello'],
    [{ fullName: 'Dame Diop' }, 'Dear Dame'],
    [{ fullName: 'Sir Elton' }, 'Dear Elton'],
    [{ fullName: 'Nguyễn Thị Hoa' }, 'Dear Hoa'],
    [{ fullName: 'Иванов Иван Иванович' }, 'Dear Иван Иванович'],
    [{ firstName: 'Bo', lastName: 'Li' }, 'Dear Bo'],
    [{ fullName: '王明' }, 'Dear 明'],
    [{ firstName: 'asdf', lastName: 'asdf' }, 'Hello'],
    [{ firstName: 'Jane', lastName: '(she/her)' }, 'Dear Jane'],
  ])('for %j is %s', async (fields, greeting) => {
    expect((await fieldsOf(provider, fields)).greeting).toBe(greeting);
  });

  it('by last name has a title and no initial', async () => {
    const settings = { greeting: 'Guten Tag {title} {last}', greetingWithoutName: 'Guten Tag' };
    expect((await fieldsOf(provider, { fullName: 'Herr Müller' }, settings)).greeting).toBe('Guten Tag Herr Müller');
    expect((await fieldsOf(provider, { fullName: 'Suresh K' }, settings)).greeting).toBe('Guten Tag');
  });
});
