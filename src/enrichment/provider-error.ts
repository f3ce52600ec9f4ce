import { types } from 'node:util';
import { ACTION_ERROR_CODES, type ActionErrorCode } from '../actions/action-result.js';

/** An error a provider wants the journey to see: one of Adobe's codes, and its own sentence. */
export interface PublishedError {
  readonly code: ActionErrorCode;
  /** One line of at most {@link MESSAGE_MAX} characters that any database and any JSON reader takes. */
  readonly message: string;
}

/** A thrown value as the log may show it: its kind and where it came from, never its message. */
export interface ThrownDescription {
  readonly name: string;
  readonly frames: readonly string[];
}

const MESSAGE_MAX = 500;
const FRAMES_MAX = 5;
const FRAME_MAX = 300;
const CLASS_NAME = /^[A-Za-z_$][\w$.]{0,63}$/;
const CODES: readonly unknown[] = ACTION_ERROR_CODES;

/**
 * Reads what a provider threw. The code decides, not the class: modules of users cannot always import ours, and an error
 * of another realm or of a second copy of the module is no instance of it.
 * @returns null for everything without a code of Adobe's.
 */
export function readPublishedError(thrown: unknown): PublishedError | null {
  const code = property(thrown, 'code');
  if (!isErrorCode(code)) return null;
  const message = property(thrown, 'message');
  return { code, message: (typeof message === 'string' && toLine(message)) || 'the provider gave no reason' };
}

/** A stranger's message may carry a person's data: the stack's frames say where, the name says what. */
export function describeThrown(thrown: unknown): ThrownDescription {
  const stack = property(thrown, 'stack');
  if (typeof stack !== 'string') return { name: types.isNativeError(thrown) ? 'Error' : 'non-Error value', frames: [] };
  const name = property(thrown, 'name');
  const message = property(thrown, 'message');
  const frames = (typeof message === 'string' && message !== '' ? stack.replace(message, () => '') : stack)
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, FRAMES_MAX)
    .map((line) => line.slice(0, FRAME_MAX));
  return { name: typeof name === 'string' && CLASS_NAME.test(name) ? name : 'Error', frames };
}

function isErrorCode(code: unknown): code is ActionErrorCode {
  return CODES.includes(code);
}

/** The value of a property; undefined where there is none, or where reading it throws. */
function property(thrown: unknown, name: string): unknown {
  try {
    return (thrown as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

/** Cut first, so that a message of megabytes costs nothing; a pair of surrogates that was cut in two is mended. */
function toLine(text: string): string {
  const cut = text.length > MESSAGE_MAX ? `${text.slice(0, MESSAGE_MAX - 1)}…` : text;
  return Buffer.from(cut.replace(/\s*\p{Cc}+\s*/gu, ' ').trim()).toString();
}
