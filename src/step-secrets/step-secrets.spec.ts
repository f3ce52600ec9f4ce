import { describe, expect, it } from 'vitest';
import type { Secrets } from '../config/secrets.js';
import { SecretBox } from '../security/secret-box.js';
import { placeOf, SEALED_COLUMNS } from '../security/sealed-columns.js';
import type { SealedSecret, StepSecretsRepository } from './step-secrets.repository.js';
import { StepSecrets } from './step-secrets.js';

const VALUES = {
  named: new Map([['FIXED', 'of-the-environment']]),
  encryptionKeys: [{ id: 'k1', key: Buffer.alloc(32, 1) }],
} as unknown as Secrets;
const box = new SecretBox(VALUES);
const AWAY = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const ID = '0199a000-0000-7000-8000-000000000001';
const sealed = (value: string): SealedSecret => ({
  id: ID,
  value: box.seal(value, placeOf(SEALED_COLUMNS.stepSecrets, ID)),
});

/** A finder over answers of the database, one per read. */
function finder(...answers: readonly (SealedSecret | Error | null)[]): { secrets: StepSecrets; reads: () => number } {
  let reads = 0;
  const find = (): Promise<SealedSecret | null> => {
    const answer = answers[Math.min(reads++, answers.length - 1)] ?? null;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { secrets: new StepSecrets(VALUES, { find } as unknown as StepSecretsRepository, box), reads: () => reads };
}

describe('a secret that cannot be read', () => {
  it('is not a missing one, and is read again at once', async () => {
    const { secrets } = finder(AWAY, AWAY, sealed('the-value'));
    await expect(secrets.find('KEY')).rejects.toBe(AWAY);
    await expect(secrets.find('KEY')).rejects.toBe(AWAY);
    expect(await secrets.find('KEY')).toBe('the-value');
  });

  it('is what it was before, where it had a value', async () => {
    const { secrets, reads } = finder(sealed('the-value'), AWAY);
    expect(await secrets.find('KEY')).toBe('the-value');
    secrets.forget('OTHER');
    expect(await secrets.find('KEY')).toBe('the-value');
    expect(reads()).toBe(1);
  });

  it('is not known to be missing because it was missing before', async () => {
    const { secrets } = finder(null, AWAY, sealed('the-value'));
    expect(await secrets.find('KEY')).toBeNull();
    secrets.forget('KEY');
    await expect(secrets.find('KEY')).rejects.toBe(AWAY);
    expect(await secrets.find('KEY')).toBe('the-value');
  });

  it('is told in an error that has no value, when it was sealed by a key that is gone', async () => {
    const { secrets } = finder({ id: ID, value: sealed('the-value').value.replace(/^k1/, 'k9') });
    await expect(secrets.find('KEY')).rejects.not.toThrow(/the-value/);
  });

  it('is of no concern where the environment sets it', async () => {
    const { secrets, reads } = finder(AWAY);
    expect(await secrets.find('FIXED')).toBe('of-the-environment');
    expect(reads()).toBe(0);
  });
});
