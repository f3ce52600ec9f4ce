import { expect, it } from 'vitest';
import { RouteTable } from './route-table.js';

function tableOf(...routes: [method: string, pattern: string][]): RouteTable {
  const table = new RouteTable();
  for (const [method, pattern] of routes) table.add([method], pattern);
  return table;
}

it('names the methods of a path with parameters', () => {
  const table = tableOf(['GET', '/services/:apiName/status'], ['HEAD', '/services/:apiName/status'], ['POST', '/a.b']);
  expect(table.methodsOf('/services/x/status')).toEqual(['GET', 'HEAD']);
  expect(table.methodsOf('/services/x/y/status')).toEqual([]);
  expect(table.methodsOf('/a.b')).toEqual(['POST']);
  expect(table.methodsOf('/aXb')).toEqual([]);
});

it('does not let a route for everything answer for a path', () => {
  expect(tableOf(['GET', '*'], ['GET', '/*']).methodsOf('/nowhere')).toEqual([]);
});

it('matches wildcards below a prefix', () => {
  expect(tableOf(['GET', '/docs/*']).methodsOf('/docs/swagger.css')).toEqual(['GET']);
});
