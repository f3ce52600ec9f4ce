import type { Type } from '@nestjs/common';
import { HttpProvider } from './http.provider.js';
import { OAuthTokens } from './oauth-tokens.js';
import { StepAsker } from './step-asker.js';
import { StepCaller } from './step-caller.js';
import { StepClient } from './step-client.js';
import { StepCredentials } from './step-credentials.js';

/** Everything that the provider `http` is made of, for the module that runs pipelines. */
export const HTTP_STEPS: readonly Type[] = Object.freeze([
  StepClient,
  OAuthTokens,
  StepCredentials,
  StepCaller,
  StepAsker,
  HttpProvider,
]);
