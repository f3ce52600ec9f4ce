import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { SharedAnswerInterceptor } from './shared-answer.interceptor.js';

/**
 * Lets consoles that follow the same event share one answer. Only behind `AdminGuard`, and only where the answer depends on
 * nothing but the address and the role of the key.
 */
export function SharedAnswer(): MethodDecorator {
  return applyDecorators(UseInterceptors(SharedAnswerInterceptor));
}
