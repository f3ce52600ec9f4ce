import { describe, expect, it } from 'vitest';
import { PageQuery } from './page-query.dto.js';
import { readDto } from './read-dto.js';

const CURSOR = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';

describe('the page of a list', () => {
  it.each([
    [{}, { limit: 50 }],
    [{ limit: '1' }, { limit: 1 }],
    [
      { limit: '200', cursor: CURSOR },
      { limit: 200, cursor: CURSOR },
    ],
    [{ cursor: CURSOR.toUpperCase() }, { limit: 50, cursor: CURSOR.toUpperCase() }],
  ])('takes %j', async (query, expected) => {
    expect(await readDto(PageQuery, query)).toEqual({ value: expected, problems: [] });
  });

  it.each([
    [{ limit: '0' }, 'limit', 'must be at least 1'],
    [{ limit: '201' }, 'limit', 'must be at most 200'],
    [{ limit: '1e2' }, 'limit', 'must be a whole number'],
    [{ limit: '-1' }, 'limit', 'must be a whole number'],
    [{ limit: '' }, 'limit', 'must be a whole number'],
    [{ limit: ['1', '2'] }, 'limit', 'must be a whole number'],
    [{ limit: '9'.repeat(400) }, 'limit', 'must be a whole number'],
    [{ cursor: '' }, 'cursor', 'must be the nextCursor of a page'],
    [{ cursor: `${CURSOR}\n` }, 'cursor', 'must be the nextCursor of a page'],
    [{ cursor: [CURSOR, CURSOR] }, 'cursor', 'must be the nextCursor of a page'],
    [{ page: '2' }, 'page', 'is not a known field'],
  ])('refuses %j', async (query, field, message) => {
    const { problems } = await readDto(PageQuery, query);
    expect(problems).toMatchObject([{ field, message }]);
  });
});
