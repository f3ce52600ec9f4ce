import { describe, expect, it } from 'vitest';
import { inspectPhone, loadPhoneLibrary } from './phone-number.js';

const library = await loadPhoneLibrary();
const inspect = (text: string, country: string | null = null): ReturnType<typeof inspectPhone> =>
  inspectPhone(text, country, library);

describe('extensions', () => {
  it.each([
    'ext 204',
    'ext. 204',
    'ext.204',
    'Ext: 204',
    'extn 204',
    'extension 204',
    'Extension no. 204',
    'x204',
    'x 204',
    'X. 204',
    '#204',
    '# 204',
    ', ext. 204',
    '; ext=204',
    '(ext. 204)',
    '/ ext 204',
    ' - ext 204',
    ',204',
    ',,204#',
    ';204',
    'p204',
    'Durchwahl 204',
    'Durchw. 204',
    'DW 204',
    'DW: 204',
    '(DW 204)',
    '-DW 204',
    'Nebenstelle 204',
    'NSt. 204',
    'Klappe 204',
    'Kl. 204',
    'App. 204',
    'Apparat 204',
    'poste 204',
    'Poste: 204',
    'p. 204',
    'anexo 204',
    'interno 204',
    'int. 204',
    'extensión 204',
    'extensão 204',
    'ramal 204',
    'R. 204',
    'доб. 204',
    'доб 204',
    '(доб. 204)',
    'добавочный 204',
    'вн. 204',
    'дод. 204',
    '内線 204',
    '内線204',
    '（内線２０４）',
    '分机 204',
    '轉204',
    '转204',
    '내선 204',
    'toestel 204',
    'tst. 204',
    'wewn. 204',
    'wew. 204',
    'w. 204',
    'linka 204',
    'kl. 204',
    'mellék 204',
    'dahili 204',
    'Dahili: 204',
    'anknytning 204',
    'ankn. 204',
    'lokal 204',
    'alanumero 204',
    'εσωτ. 204',
    'שלוחה 204',
    'تحويلة 204',
    'داخلی ۲۰۴',
    'ต่อ 204',
    'máy lẻ 204',
  ])('are kept apart: %s', (extension) => {
    for (const number of ['+1 415 555 2671', '+49 30 901820', '+33 1 42 68 53 00']) {
      const e164 = number.replace(/ /g, '');
      expect(inspect(`${number} ${extension}`), number).toMatchObject({ status: 'valid', e164, extension: '204' });
    }
  });

  it('is read without a space, and of a number without a country too', () => {
    expect(inspect('+14155552671x204')).toMatchObject({ e164: '+14155552671', extension: '204' });
    expect(inspect('tel:+1-415-555-2671;ext=204')).toMatchObject({ e164: '+14155552671', extension: '204' });
    expect(inspect('030 901820 Durchwahl 204')).toEqual({ status: 'possible', extension: '204' });
  });

  it.each([
    ['+1 212 555 0123-204', '+12125550123'],
    ['+1 212 555 0123 (204)', '+12125550123'],
    ['+33 1 42 68 53 00 - 204', '+33142685300'],
    ['+49 30 901820/21', '+4930901820'],
    ['+49 30 901820-0 / -21', '+49309018200'],
  ])('behind a sign do not become part of the number: %s', (text, e164) => {
    expect(inspect(text)).toMatchObject({ status: 'valid', e164 });
  });

  it.each([
    ['01 / 234567 - 12 DW', 'AT', '+431234567', '12'],
    ['06 1 234 5678/204 mellék', 'HU', '+3612345678', '204'],
    ['02-2345-6789#204', 'TW', '+886223456789', '204'],
    ['03-3224-5000（内線204）', 'JP', '+81332245000', '204'],
    ['+7 (495) 697-03-49, доб. 204', null, '+74956970349', '204'],
    ['tel:+16465550123,,204#', null, '+16465550123', '204'],
    ['+1 (646) 555-0123 ext. 12 (office)', null, '+16465550123', '12'],
  ])('are found in the ways of each country: %s', (text, country, e164, extension) => {
    expect(inspect(text, country)).toMatchObject({ status: 'valid', e164, extension });
  });

  it('stay part of the number where the plan lets companies number their desks', () => {
    expect(inspect('+49 30 901820-204')).toMatchObject({ e164: '+4930901820204' });
  });
});

describe('two numbers in one field', () => {
  it.each([
    ['+49 30 901820 / +49 171 1234567', null, '+4930901820'],
    ['+49 30 901820, +49 171 1234567', null, '+4930901820'],
    ['+49 30 901820; +33 6 12 34 56 78', null, '+4930901820'],
    ['+49 30 901820 | +49 171 1234567', null, '+4930901820'],
    ['+49 30 901820 +49 171 1234567', null, '+4930901820'],
    ['+49 30 901820 oder +49 171 1234567', null, '+4930901820'],
    ['+49 30 901820 or +49 171 1234567', null, '+4930901820'],
    ['+33 1 42 68 53 00 ou +33 6 12 34 56 78', null, '+33142685300'],
    ['Tel. +49 30 901820 Fax +49 30 901821', null, '+4930901820'],
    ['+49 30 901820 / 030 901821', null, '+4930901820'],
    ['020 7946 0958 / 0959', 'GB', '+442079460958'],
    ['020 7946 0958 or 0959', 'GB', '+442079460958'],
    ['Fax +49 30 901821, Tel. +49 30 901820', null, '+4930901820'],
    ['030 901820 / 0171 1234567', 'DE', '+4930901820'],
    ['030/901820 / 0171/1234567', 'DE', '+4930901820'],
    ['030/901820/0171/1234567', 'DE', '+4930901820'],
    ['030 901820, 0171 1234567', 'DE', '+4930901820'],
    ['030 901820 - 0171 1234567', 'DE', '+4930901820'],
    ['212-555-0123 / 646-555-0199', 'US', '+12125550123'],
    ['212-555-0123, 646-555-0199', 'US', '+12125550123'],
    ['Home: 212-555-0123 Work: 646-555-0199', 'US', '+12125550123'],
    ['212-555-0123 cell 646-555-0199', 'US', '+12125550123'],
    ['20 30 40 50 / 60 70 80 90', 'DK', '+4520304050'],
    ['01 42 68 53 00 / 06 12 34 56 78', 'FR', '+33142685300'],
  ])('give the first, when they can be told apart: %s of %s', (text, country, e164) => {
    expect(inspect(text, country)).toMatchObject({ status: 'valid', e164 });
  });

  it.each([
    ['030 123 / 0171 456', 'DE'],
    ['+49 30 901820 / 123456789', null],
    ['030 901820 / 204 / 305', 'DE'],
    ['030 901820 0171 1234567', 'DE'],
  ])('give none when they cannot: %s of %s', (text, country) => {
    const { status, e164 } = inspect(text, country);
    expect(e164).toBeUndefined();
    expect(status).not.toBe('valid');
  });
});
