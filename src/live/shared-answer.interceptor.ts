import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { findActor } from '../security/admin-actor.js';
import { POLL_HEADER } from '../security/admin-sessions.js';
import { LiveEvents } from './live-events.js';
import { SharedAnswers } from './shared-answers.js';

/**
 * Gives one answer to all consoles that ask the same because of the same event. It comes after the guard: each request has
 * shown its own key or session, and a role gets no answer of another. Only a request that names an event of this process
 * takes part, never one that a person made, nor any of another client.
 */
@Injectable()
export class SharedAnswerInterceptor implements NestInterceptor {
  private readonly answers = new SharedAnswers();

  constructor(private readonly events: LiveEvents) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const actor = findActor(request);
    const eventId = request.headers[POLL_HEADER];
    const after = typeof eventId === 'string' ? this.events.numberOf(eventId) : null;
    if (actor === null || after === null || request.method !== 'GET') return next.handle();
    const work = async (): Promise<string> => JSON.stringify(await lastValueFrom(next.handle()));
    const text = await this.answers.take(`${actor.role} ${request.url}`, after, this.events.last, work);
    void http.getResponse<FastifyReply>().header('content-type', 'application/json; charset=utf-8');
    return of(text);
  }
}
