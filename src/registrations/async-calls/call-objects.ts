import type { CallObject } from './async-call.js';
import { CallRefusal, REFUSED } from './call-refusal.js';
import { XSI } from './soap-envelope.js';
import { childrenOf, type XmlElement } from './xml-element.js';

/** The objects of a call, all of one type. */
export interface CallObjects {
  readonly objectType: string;
  readonly objects: readonly CallObject[];
}

/** Lists of name and value: `Attributes` of a subscriber, `Property` and `Key` of a row. */
const NAMED: ReadonlySet<string> = new Set(['Attributes', 'PartnerProperties', 'Property', 'Key']);
const PROPERTIES_MAX = 500;
const NAME_MAX = 256;

/** How many objects a request has, before any is looked at. */
export function countObjects(request: XmlElement): number {
  return objectsOf(request).length;
}

/** Local name of the objects' type. @throws CallRefusal when there are no objects, or of several types. */
export function readObjectType(request: XmlElement): string {
  const objects = objectsOf(request);
  if (objects.length === 0) throw new CallRefusal(REFUSED, 'The request has no Objects.');
  const types = new Set(objects.map(({ type }) => type).filter((type) => type !== null && type !== ''));
  const [type = strayType(request)] = types;
  if (types.size > 1) throw new CallRefusal(REFUSED, 'All Objects of a call must be of one type.');
  if (type === null) throw new CallRefusal(REFUSED, 'The Objects have no xsi:type.');
  return type;
}

/** Reads every object's properties, by name; nested ones are called `Outer.Inner`. @throws CallRefusal. */
export function readObjects(request: XmlElement): CallObject[] {
  return objectsOf(request).map((object, ordinal) => {
    const properties = new Map<string, string>();
    collect(object, '', properties, ordinal);
    return { ordinal, properties: Object.fromEntries(properties) };
  });
}

function collect(parent: XmlElement, prefix: string, properties: Map<string, string>, ordinal: number): void {
  for (const child of parent.children) {
    // Nil is no value: nothing is said about the property.
    if (child.isNil) continue;
    if (NAMED.has(child.name) && child.children.length > 0) {
      const named = readNamed(child);
      if (named !== null) add(properties, named[0], named[1], ordinal);
    } else if (child.children.length > 0) {
      collect(
        child,
        child.name === 'Properties' || child.name === 'Keys' ? prefix : `${prefix}${child.name}.`,
        properties,
        ordinal,
      );
    } else {
      add(properties, `${prefix}${child.name}`, child.text, ordinal);
    }
  }
}

function readNamed(entry: XmlElement): [name: string, value: string] | null {
  const [name] = childrenOf(entry, 'Name');
  const [value] = childrenOf(entry, 'Value');
  if (name === undefined || name.text.trim() === '' || value?.isNil === true) return null;
  return [name.text.trim(), value?.text ?? ''];
}

function add(properties: Map<string, string>, name: string, value: string, ordinal: number): void {
  if (name.length > NAME_MAX) throw new CallRefusal(REFUSED, 'The name of a property is too long.', ordinal);
  // It would reach the prototype of the object that the properties are copied into.
  if (name === '__proto__') throw new CallRefusal(REFUSED, 'A property has a forbidden name.', ordinal);
  properties.set(name, value);
  if (properties.size > PROPERTIES_MAX) {
    throw new CallRefusal(REFUSED, `An object has more than ${PROPERTIES_MAX} properties.`, ordinal);
  }
}

/** Without what is no object but a type that slipped into the list. */
function objectsOf(request: XmlElement): XmlElement[] {
  return childrenOf(request, 'Objects').filter((object) => !object.isNil && strayTypeIn(object) === null);
}

/**
 * The fuel-soap client puts the xsi:type of a list of objects behind the list, as an object of its own with an element
 * `xsi:type` in it.
 */
function strayType(request: XmlElement): string | null {
  for (const object of childrenOf(request, 'Objects')) {
    const type = strayTypeIn(object);
    if (type !== null) return type;
  }
  return null;
}

function strayTypeIn({ type, children }: XmlElement): string | null {
  const [only] = children;
  if (type !== null || children.length !== 1 || only?.uri !== XSI || only.name !== 'type') return null;
  return only.text.trim().split(':').at(-1) ?? null;
}
