import { describe, expect, it } from 'vitest';
import { planCallbackList, type StoredCallback, type WantedCallback } from './eqp-callback-list.js';

const stored = (id: string, url: string, username = 'key'): StoredCallback => ({
  id,
  name: null,
  url,
  username,
  password: `sealed-${id}`,
});
const wanted = (index: number, url: string, change: Partial<WantedCallback> = {}): WantedCallback => ({
  index,
  name: null,
  url,
  username: 'key',
  password: null,
  ...change,
});

describe('a list of callbacks', () => {
  it('keeps id and password of what stays, whatever its place or name', () => {
    const list = [stored('a', 'https://a.example/1'), stored('b', 'https://b.example/2')];
    const { planned, problems } = planCallbackList(list, [
      wanted(0, 'https://b.example/2', { name: 'new name' }),
      wanted(1, 'https://a.example/1'),
    ]);
    expect(problems).toEqual([]);
    expect(planned).toEqual([
      { id: 'b', name: 'new name', url: 'https://b.example/2', username: 'key', password: { kind: 'kept' } },
      { id: 'a', name: null, url: 'https://a.example/1', username: 'key', password: { kind: 'kept' } },
    ]);
  });

  it('knows a URL again by what is called, not by its letters', () => {
    const { planned } = planCallbackList(
      [stored('a', 'https://a.example')],
      [wanted(0, 'https://A.example:443/', { password: 'new' })],
    );
    expect(planned).toMatchObject([{ id: 'a', password: { kind: 'given', password: 'new' } }]);
  });

  it('names every entry that has no password to keep', () => {
    const { planned, problems } = planCallbackList(
      [stored('a', 'https://a.example/')],
      [
        wanted(0, 'https://a.example/', { username: 'other' }),
        wanted(1, 'https://a.example/'),
        wanted(5, 'https://b.example/'),
      ],
    );
    expect(planned.map(({ id }) => id)).toEqual(['a']);
    expect(problems.map(({ field }) => field)).toEqual(['api_callbacks[0].password', 'api_callbacks[5].password']);
  });

  it('gives each of several alike a row of its own', () => {
    const list = [stored('a', 'https://a.example/'), stored('b', 'https://a.example/')];
    const { planned } = planCallbackList(
      list,
      [0, 1, 2].map((index) => wanted(index, 'https://a.example/')),
    );
    expect(planned.slice(0, 2).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(planned[2]?.password).toEqual({ kind: 'copied', from: list[0] });
    expect(new Set(planned.map(({ id }) => id)).size).toBe(3);
  });
});
