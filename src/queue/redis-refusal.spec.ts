import { describe, expect, it } from 'vitest';
import { readTrouble } from './redis-refusal.js';

const error = (message: string, more: object = {}): Error => Object.assign(new Error(message), more);

describe('trouble with Redis', () => {
  it.each([
    ['NOAUTH Authentication required.', 'NOAUTH'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'WRONGPASS'],
    ["NOPERM this user has no permissions to run the 'evalsha' command", 'NOPERM'],
    ["ERR Error running script (call to f_1): @user_script:1: -READONLY You can't write", 'READONLY'],
    ["CROSSSLOT Keys in request don't hash to the same slot", 'CROSSSLOT'],
    ['MOVED 866 10.0.0.7:6379', 'MOVED'],
    ['CLUSTERDOWN Hash slot not served', 'CLUSTERDOWN'],
    ['MISCONF Redis is configured to save RDB snapshots', 'MISCONF'],
    ['NEWCODE of a server to come', 'NEWCODE'],
    ['ERR max number of clients reached', 'ERR max number of clients reached'],
    ['connect ECONNREFUSED 127.0.0.1:6379', 'AWAY'],
  ])('%s is %s', (message, code) => {
    expect(readTrouble(error(message)).code).toBe(code);
  });

  it('names the reason of the last node, and of a refused transaction', () => {
    const lastNodeError = error('WRONGPASS invalid username-password pair');
    expect(readTrouble(error('Failed to refresh slots cache.', { lastNodeError })).code).toBe('WRONGPASS');
    const previousErrors = [error("NOPERM no permissions to run the 'llen' command")];
    expect(readTrouble(error('EXECABORT Transaction discarded.', { previousErrors })).code).toBe('NOPERM');
  });

  it('quotes no argument of a command: AUTH may be unknown, too', () => {
    const { words } = readTrouble(
      error("ERR unknown command 'AUTH', with args beginning with: 'ricochet' 'p4ss\nword' "),
    );
    expect(words).toBe("ERR unknown command 'AUTH'");
  });

  it('takes anything that may be thrown', () => {
    for (const thrown of [undefined, null, 'text', 7, {}, error(''), error('', { code: 'ECONNREFUSED' })]) {
      expect(readTrouble(thrown).words).not.toBe('');
    }
  });

  it('knows a command that had no connection from one that was refused', () => {
    expect(readTrouble(error("Stream isn't writeable and enableOfflineQueue options is false")).isConsequence).toBe(
      true,
    );
    expect(readTrouble(error('NOAUTH Authentication required.')).isConsequence).toBe(false);
  });
});
