// What Nest on Fastify costs by itself: parses the request's JSON, says so, and does nothing else.
import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { endWithParent } from '../child.mjs';

class EchoController {
  // The token only: sending the whole body back would make the yardstick slower.
  echo(body) {
    return { requestId: body.token, status: 'accepted', message: 'Request accepted for processing' };
  }
}
// Decorators by hand: this file is not compiled.
const echo = Object.getOwnPropertyDescriptor(EchoController.prototype, 'echo');
Post('submitAsyncAction')(EchoController.prototype, 'echo', echo);
HttpCode(200)(EchoController.prototype, 'echo', echo);
Body()(EchoController.prototype, 'echo', 0);
Controller()(EchoController);

class EchoModule {}
Module({ controllers: [EchoController] })(EchoModule);

endWithParent();
process.on('SIGTERM', () => process.exit(0));
const app = await NestFactory.create(EchoModule, new FastifyAdapter({ logger: false }), { logger: ['error', 'warn'] });
await app.listen(Number(process.env.PORT), '127.0.0.1');
process.send({ kind: 'ready' });
