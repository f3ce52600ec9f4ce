import type { Type } from '@nestjs/common';
import { HttpProvider } from './http.provider.js';
import { AnswerCache } from './answer-cache.js';
import { AnswerCacheRepository } from './answer-cache.repository.js';
import { CacheRoom } from './cache-room.js';
import { OAuthTokens } from './oauth-tokens.js';
import { SharedTokens } from './shared-tokens.js';
import { StepBudgets } from './step-budgets.js';
import { StepBudgetsRepository } from './step-budgets.repository.js';
import { StepTokensRepository } from './step-tokens.repository.js';
import { StepAsker } from './step-asker.js';
import { StepCaller } from './step-caller.js';
import { StepClient } from './step-client.js';
import { StepCredentials } from './step-credentials.js';

/** Everything that the provider `http` is made of, for the module that runs pipelines. */
export const HTTP_STEPS: readonly Type[] = Object.freeze([
  AnswerCacheRepository,
  CacheRoom,
  AnswerCache,
  StepBudgetsRepository,
  StepBudgets,
  StepTokensRepository,
  SharedTokens,
  StepClient,
  OAuthTokens,
  StepCredentials,
  StepCaller,
  StepAsker,
  HttpProvider,
]);
