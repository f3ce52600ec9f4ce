import { describe, expect, it } from 'vitest';
import { ServicePaths } from './service-paths.js';

const moved = new ServicePaths();
moved.move(new Set(['lookup']), 'marketo');

describe('the paths of services whose routes stand elsewhere', () => {
  it.each([
    ['/services/lookup/status', '/services/lookup/marketo/status'],
    ['/services/lookup/status?key=a/b', '/services/lookup/marketo/status?key=a/b'],
    ['/services/%6Cookup/status', '/services/%6Cookup/marketo/status'],
    ['/services/lookup/', '/services/lookup/marketo/'],
    ['/services/lookup/marketo', '/services/lookup/marketo'],
    ['/services/lookup/marketo/status', '/services/lookup/marketo/status'],
    ['/services/lookup/marketo?x', '/services/lookup/marketo?x'],
    ['/services/lookup/marketos', '/services/lookup/marketo/marketos'],
    ['/services/lookup', '/services/lookup'],
    ['/services/other/status', '/services/other/status'],
    ['/services/%zz/status', '/services/%zz/status'],
    ['/services/Lookup/status', '/services/Lookup/status'],
    ['/servicesx/lookup/status', '/servicesx/lookup/status'],
    ['/', '/'],
  ])('%s is served as %s', (target, served) => {
    expect(moved.toServed(target)).toBe(served);
  });

  it('are left alone while there is none', () => {
    expect(new ServicePaths().toServed('/services/lookup/status')).toBe('/services/lookup/status');
  });
});
