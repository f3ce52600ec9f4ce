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

  it('keeps the row of a name that goes to another url, with its password sent along', () => {
    const list = [
      { ...stored('a', 'https://a.example/'), name: 'A' },
      { ...stored('b', 'https://b.example/'), name: 'B' },
    ];
    const { planned, problems } = planCallbackList(list, [
      wanted(0, 'https://c.example/', { name: 'B', username: 'other', password: 'new' }),
      wanted(1, 'https://d.example/', { name: 'A', password: 'new' }),
    ]);
    expect(problems).toEqual([]);
    expect(planned.map(({ id, url }) => [id, url])).toEqual([
      ['b', 'https://c.example/'],
      ['a', 'https://d.example/'],
    ]);
  });

  it('swaps two urls by name when passwords come along, and by url when they do not', () => {
    const list = [
      { ...stored('a', 'https://a.example/'), name: 'A' },
      { ...stored('b', 'https://b.example/'), name: 'B' },
    ];
    const swapped = (password: string | null): WantedCallback[] => [
      wanted(0, 'https://b.example/', { name: 'A', password }),
      wanted(1, 'https://a.example/', { name: 'B', password }),
    ];
    expect(planCallbackList(list, swapped('new')).planned.map(({ id }) => id)).toEqual(['a', 'b']);
    const { planned, problems } = planCallbackList(list, swapped(null));
    expect([planned.map(({ id }) => id), problems]).toEqual([['b', 'a'], []]);
  });

  it.each([
    ['of the only entry left over', 'key', null, null, true],
    ['that gets a name on the way', 'key', null, 'new', true],
    ['that loses its name on the way', 'key', 'old', null, true],
    ['whose name is blank', 'key', ' ', null, true],
    ['of another name', 'key', 'old', 'new', false],
    ['of another user name', 'other', null, null, false],
  ])('takes a url %s for the old one moved: %s', (_what, username, before, after, isMove) => {
    const list = [{ ...stored('a', 'https://a.example/'), name: before }, stored('b', 'https://b.example/')];
    const { planned } = planCallbackList(list, [
      wanted(0, 'https://c.example/', { username, name: after, password: 'new' }),
      wanted(1, 'https://b.example/'),
    ]);
    expect(planned.map(({ id }) => id)).toEqual([isMove ? 'a' : expect.not.stringMatching(/^[ab]$/), 'b']);
  });

  it('takes two urls that changed at once for new ones, unless names tell them', () => {
    const list = [stored('a', 'https://a.example/'), stored('b', 'https://b.example/')];
    const { planned } = planCallbackList(list, [
      wanted(0, 'https://c.example/', { password: 'new' }),
      wanted(1, 'https://d.example/', { password: 'new' }),
    ]);
    for (const { id } of planned) expect(['a', 'b']).not.toContain(id);
  });

  it('lets no stored password go to a url it was not given to', () => {
    const list = [{ ...stored('a', 'https://a.example/'), name: 'A' }];
    for (const change of [{ name: 'A' }, { name: null }, { name: 'A', username: 'other' }]) {
      const { planned, problems } = planCallbackList(list, [wanted(0, 'https://a.example/other', change)]);
      expect([planned, problems.map(({ field }) => field)]).toEqual([[], ['api_callbacks[0].password']]);
    }
  });

  it('is planned in a moment, however long it is', () => {
    const list = Array.from({ length: 1_000 }, (_, n) => ({
      ...stored(`s${n}`, `https://a.example/${n}`),
      name: `n${n}`,
    }));
    const startedAt = performance.now();
    const { planned } = planCallbackList(
      list,
      list.map(({ name }, index) => wanted(index, `https://b.example/${index}`, { name, password: 'new' })),
    );
    expect(planned.map(({ id }) => id)).toEqual(list.map(({ id }) => id));
    expect(performance.now() - startedAt).toBeLessThan(500);
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
