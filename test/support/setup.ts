import 'reflect-metadata';
import { afterAll, afterEach, expect } from 'vitest';
import { takeAnswerProblems, watchAnswers } from './answer-check.js';

watchAnswers();

function expectTrueDocument(): void {
  expect([...new Set(takeAnswerProblems())], 'answers that are not as /docs-json says').toEqual([]);
}

afterEach(expectTrueDocument);
afterAll(expectTrueDocument);
