import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorAnswer } from './error-answer.js';

/** Hands everything thrown in a request, by us or by the framework, to the one place that answers it. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly answer: ErrorAnswer) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer.send(exception, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
