import { describe, expect, it } from 'vitest';
import { FreshRead } from './fresh-read.js';

/** Readings that a test ends one by one; each has its number. */
class Readings {
  begun = 0;
  private readonly ends: ((error: Error | null) => void)[] = [];
  readonly shared = new FreshRead<number>(() => {
    this.begun += 1;
    const number = this.begun;
    return new Promise((resolve, reject) => {
      this.ends[number] = (error) => (error === null ? resolve(number) : reject(error));
    });
  });

  end(number: number, error: Error | null = null): void {
    this.ends[number]?.(error);
  }
}

const ALWAYS = (): boolean => true;
const LONG = 60_000;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a shared reading', () => {
  it('is one for all who ask while it is under way, and for those who come a little later', async () => {
    const readings = new Readings();
    expect(readings.shared.find(LONG)).toBeNull();
    const both = Promise.all([readings.shared.get(LONG, ALWAYS), readings.shared.get(LONG, ALWAYS)]);
    readings.end(1);
    expect(await both).toEqual([1, 1]);
    expect(readings.shared.find(LONG)).toBe(1);
    expect(await readings.shared.get(LONG, ALWAYS)).toBe(1);
    expect(readings.begun).toBe(1);
  });

  it('that began before a caller who wants none so old is waited for, and another one begins', async () => {
    const readings = new Readings();
    const first = readings.shared.get(LONG, ALWAYS);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = readings.shared.get(1, ALWAYS);
    readings.end(1);
    expect(await first).toBe(1);
    await settled();
    expect(readings.begun).toBe(2);
    readings.end(2);
    expect(await second).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(readings.shared.find(1)).toBeNull();
  });

  it('goes on beside the value that is known, once it is renewed', async () => {
    const readings = new Readings();
    const first = readings.shared.get(LONG, ALWAYS);
    readings.shared.renew();
    readings.end(1);
    await first;
    readings.shared.renew();
    readings.shared.renew();
    expect(readings.begun).toBe(2);
    expect(readings.shared.find(LONG)).toBe(1);
    expect(await readings.shared.get(LONG, ALWAYS)).toBe(1);
    readings.end(2);
    await settled();
    expect(readings.shared.find(LONG)).toBe(2);
  });

  it('that does not fit makes way for a new one, which counts whether it fits or not', async () => {
    const readings = new Readings();
    const first = readings.shared.get(LONG, ALWAYS);
    readings.end(1);
    await first;
    const second = readings.shared.get(LONG, (value) => value === 7);
    await settled();
    readings.end(2);
    expect(await second).toBe(2);
  });

  it('that fails is told to the caller who began it, and read again for those who joined it', async () => {
    const readings = new Readings();
    const first = readings.shared.get(LONG, ALWAYS);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = readings.shared.get(LONG, ALWAYS);
    readings.end(1, new Error('Postgres is away'));
    await expect(first).rejects.toThrow('Postgres is away');
    await settled();
    readings.end(2);
    expect(await second).toBe(2);
  });
});
