import { describe, expect, it } from 'vitest';
import { findLocally } from './postgres-owner.js';

describe('the user that runs the embedded server', () => {
  it.each([
    [
      'among others',
      'root:x:0:0:root:/root:/bin/sh\npostgres:x:102:105:,,,:/var/lib:/bin/sh\n',
      { uid: 102, gid: 105 },
    ],
    ['twice: the first counts', 'postgres:x:1:2::/:\npostgres:x:3:4::/:\n', { uid: 1, gid: 2 }],
    ['under a longer name only', 'postgres2:x:1:2::/:\n', null],
    ['without a number', 'postgres:x::2::/:\n', null],
    ['with a number that is none', 'postgres:x:-1:two::/:\n', null],
    ['in an entry that includes a directory of users', '+postgres:::::\n', null],
    ['not at all', '', null],
  ])('in a file of users, %s', (_case, passwd, owner) => {
    expect(findLocally(passwd)).toEqual(owner);
  });
});
