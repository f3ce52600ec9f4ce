import { readIsoMoment } from '../../http/iso-moment.js';
import { textOf, type XmlElement } from './xml-element.js';

/** The range of an `xsd:int`. */
const INT_MAX = 2_147_483_647;

/** An element whose text is no value of its kind. The message never quotes it. */
export class XmlValueProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'XmlValueProblem';
  }
}

/** True or false; what is missing is false. */
export function readFlag(parent: XmlElement, name: string): boolean {
  const text = textOf(parent, name)?.toLowerCase() ?? 'false';
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new XmlValueProblem(`${name} must be true or false.`);
}

/** One of a list, in any case; null when it is missing. */
export function readChoice<Choice extends string>(
  parent: XmlElement,
  name: string,
  choices: readonly Choice[],
): Choice | null {
  const text = textOf(parent, name);
  if (text === null) return null;
  const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw new XmlValueProblem(`${name} must be one of ${choices.join(', ')}.`);
  return found;
}

/** A whole number as XML writes it; null when it is missing, NaN when it is none. */
export function readInteger(parent: XmlElement, name: string): number | null {
  const text = textOf(parent, name);
  if (text === null) return null;
  const number = /^[+-]?\d{1,11}$/.test(text) ? Number(text) : NaN;
  return Math.abs(number) <= INT_MAX ? number : NaN;
}

/** A moment in epoch milliseconds, UTC where it names no offset; null when it is missing. */
export function readMoment(parent: XmlElement, name: string): number | null {
  const text = textOf(parent, name);
  if (text === null) return null;
  const moment = readIsoMoment(text);
  if (moment === null) throw new XmlValueProblem(`${name} must be an ISO 8601 date and time.`);
  return moment.getTime();
}
