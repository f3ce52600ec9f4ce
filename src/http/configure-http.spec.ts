import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { IsInt, IsString } from 'class-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../intake/intake.fixtures.js';
import { configureHttp } from './configure-http.js';
import { ErrorDialects } from './error-dialects.js';
import { createHttpAdapter } from './http-adapter.js';
import { HttpModule } from './http.module.js';
import { JsonBody } from './dto-parameters.js';
import { RequestError } from './request-error.js';

class ThingDto {
  @IsString()
  name!: string;

  @IsInt()
  size!: number;
}

@Controller()
class ThingController {
  @Post('admin/things')
  create(@JsonBody(ThingDto) thing: ThingDto): ThingDto {
    return thing;
  }

  @Get('companies/secret')
  secret(): never {
    throw new RequestError(401, 'UNAUTHORIZED', 'Who are you?', { challenge: 'Basic realm="companies"' });
  }
}

@Module({ imports: [HttpModule], controllers: [ThingController] })
class ThingModule {
  constructor(dialects: ErrorDialects) {
    const body = { name: 'ThingError', mediaTypes: ['application/json'], schema: { type: 'object' } };
    dialects.register(
      '/companies',
      (error) => ({
        contentType: 'application/json',
        body: JSON.stringify({ errors: [{ message: error.message }] }),
      }),
      body,
    );
  }
}

let app: NestFastifyApplication;
let port: number;

beforeAll(async () => {
  const module = await Test.createTestingModule({ imports: [ThingModule] }).compile();
  const config = testConfig();
  app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(config), { logger: false });
  await configureHttp(app, config);
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as AddressInfo).port;
});

afterAll(() => app.close());

/** The answers of the server to bytes that need not be HTTP. */
function talk(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('a DTO body', () => {
  const post = (payload: string) =>
    app.inject({ method: 'POST', url: '/admin/things', headers: { 'content-type': 'application/json' }, payload });

  it('arrives validated', async () => {
    const response = await post('{"name":"a","size":1}');
    expect([response.statusCode, response.json()]).toEqual([201, { name: 'a', size: 1 }]);
  });

  it('is refused with every problem, unknown fields included', async () => {
    const response = await post('{"size":"big","extra":null}');
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({
      code: 'VALIDATION_ERROR',
      errors: expect.arrayContaining([
        { field: 'name', message: 'Missing required field: name', received: 'nothing' },
        { field: 'extra', message: 'is not a known field' },
        expect.objectContaining({ field: 'size', received: 'string' }),
      ]) as unknown,
    });
  });
});

describe('errors', () => {
  it('speak the dialect a stage registered, on unknown routes too', async () => {
    for (const url of ['/companies/nothing', '/Companies', '/companies/%ZZ']) {
      expect((await app.inject({ url })).json()).toEqual({ errors: [{ message: expect.any(String) as string }] });
    }
    expect((await app.inject({ url: '/companiesque' })).json()).toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
  });

  it('carry the challenge of a RequestError', async () => {
    const response = await app.inject({ url: '/companies/secret' });
    expect(response.headers['www-authenticate']).toBe('Basic realm="companies"');
  });

  it('never repeat the URL', async () => {
    for (const url of ['/x?api_key=secret', '/%ZZ?api_key=secret', '/admin/x?api_key=secret']) {
      expect((await app.inject({ url })).body).not.toContain('secret');
    }
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a Content-Length that is none', 'POST /admin/things HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', 400],
    ['two framings', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ])('answer %s with the union body', async (_what, text, status) => {
    const answer = await talk(text);
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as unknown;
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(body).toMatchObject({ status: 'error', code: 'INVALID_REQUEST', error: { code: 'INVALID_REQUEST' } });
  });

  it('answer paths with and without a trailing slash alike', async () => {
    expect((await app.inject({ url: '/companies/secret/' })).statusCode).toBe(401);
  });

  it('come with security headers and without Fastify’s name', async () => {
    const { headers } = await app.inject({ url: '/nowhere' });
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain(`default-src 'self'`);
    expect(headers['x-powered-by']).toBeUndefined();
  });
});
