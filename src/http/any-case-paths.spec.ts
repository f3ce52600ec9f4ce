import { describe, expect, it } from 'vitest';
import { AnyCasePaths } from './any-case-paths.js';

const paths = new AnyCasePaths();
paths.register('/Service.asmx');
paths.register('/v2/token');

describe('paths of any case', () => {
  it.each([
    ['/service.asmx', '/Service.asmx'],
    ['/SERVICE.ASMX', '/Service.asmx'],
    ['/Service.asmx', '/Service.asmx'],
    ['/service.asmx/', '/Service.asmx'],
    ['//service.asmx//', '/Service.asmx'],
    ['/sErViCe.AsMx?WSDL', '/Service.asmx?WSDL'],
    ['/V2/TOKEN/?a=/V2/Token', '/v2/token?a=/V2/Token'],
    ['/v2/Token#x', '/v2/token#x'],
  ])('%s is %s', (target, spelling) => expect(paths.toRegistered(target)).toBe(spelling));

  it.each([
    '/',
    '',
    '*',
    '/service.asmx/nothing',
    '/serviceXasmx',
    '/service.asmxx',
    '/a/service.asmx',
    '/v2/tokens',
    '/v2/token/x',
    '/V2',
    '/ADMIN/actions',
    '/SubmitAsyncAction?next=/service.asmx',
    'http://host/service.asmx',
  ])('%s is left alone', (target) => expect(paths.toRegistered(target)).toBe(target));

  it('changes nothing while there are none', () => {
    expect(new AnyCasePaths().toRegistered('/service.asmx')).toBe('/service.asmx');
  });
});
