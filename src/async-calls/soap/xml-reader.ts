import { isUtf8 } from 'node:buffer';
import { setImmediate as others } from 'node:timers/promises';
import { SaxesParser, type SaxesTagNS } from 'saxes';

/** An element's name in its namespace. */
export interface XmlTag {
  readonly uri: string;
  readonly name: string;
  /** Local name of its xsi:type. */
  readonly type: string | null;
  /** xsi:nil is true. */
  readonly isNil: boolean;
}

/** Hears of a document piece by piece; `depth` of the root is 1. */
export interface XmlVisitor {
  open(tag: XmlTag, depth: number): void;
  text(text: string, depth: number): void;
  close(depth: number): void;
}

/** Why a document is not read. The message never quotes it. */
export class XmlProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'XmlProblem';
  }
}

/** The limits of a document: those of clients stay far below, those made to hurt are above. */
export const XML_LIMITS = Object.freeze({ depth: 32, elements: 250_000, attributes: 32, name: 256, attribute: 4_096 });

/** Namespace of `type` and `nil`. */
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const BOM = 0xfeff;
/**
 * Read in pieces of this size, so that an excess is found before all of it was looked at, and no other request waits
 * for a large document: a piece takes a few milliseconds.
 */
const CHUNK = 32 * 1024;

/**
 * Reads strict UTF-8 XML with namespaces, within {@link XML_LIMITS}. Nothing is ever fetched or expanded: a document
 * type is refused, and of entities there are only XML's own five.
 * @throws XmlProblem for anything else; the errors of the visitor.
 */
export async function readXml(bytes: Buffer, visitor: XmlVisitor): Promise<void> {
  const text = decode(bytes);
  const parser = new SaxesParser({ xmlns: true, position: true });
  let depth = 0;
  let elements = 0;
  let attributes = 0;
  // The parser would read it to its end first.
  if (hasDocumentType(text)) refuse('A document type (DTD) is not allowed.');
  parser.on('doctype', () => refuse('A document type (DTD) is not allowed.'));
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') refuse('The encoding must be UTF-8.');
  });
  parser.on('opentagstart', ({ name }) => {
    attributes = 0;
    if (name.length > XML_LIMITS.name) refuse('The name of an element is too long.');
    if (++depth > XML_LIMITS.depth) refuse(`Elements are nested deeper than ${XML_LIMITS.depth} levels.`);
    if (++elements > XML_LIMITS.elements) refuse(`There are more than ${XML_LIMITS.elements} elements.`);
  });
  parser.on('attribute', ({ name, value }) => {
    if (++attributes > XML_LIMITS.attributes) refuse(`An element has more than ${XML_LIMITS.attributes} attributes.`);
    if (name.length > XML_LIMITS.name) refuse('The name of an attribute is too long.');
    if (value.length > XML_LIMITS.attribute) refuse('The value of an attribute is too long.');
  });
  parser.on('opentag', (tag) => visitor.open(toTag(tag), depth));
  parser.on('text', (part) => visitor.text(part, depth));
  parser.on('cdata', (part) => visitor.text(part, depth));
  parser.on('closetag', () => visitor.close(depth--));
  try {
    for (let at = 0; at < text.length; at += CHUNK) {
      if (at > 0) await others();
      parser.write(text.slice(at, at + CHUNK));
    }
    parser.close();
  } catch (error) {
    throw toProblem(error);
  }
}

function decode(bytes: Buffer): string {
  if (bytes.length === 0) refuse('The request body is empty.');
  if (!isUtf8(bytes)) refuse('The request body is not valid UTF-8.');
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BOM ? text.slice(1) : text;
}

/** Whether a document type is the first thing besides declarations, comments and white space. */
function hasDocumentType(text: string): boolean {
  const visible = /\S/g;
  for (let at = 0; ;) {
    visible.lastIndex = at;
    at = visible.exec(text)?.index ?? text.length;
    const end = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : null;
    if (end === null) return text.startsWith('<!DOCTYPE', at);
    const found = text.indexOf(end, at + 2);
    if (found === -1) return false;
    at = found + end.length;
  }
}

function toTag({ uri, local, attributes }: SaxesTagNS): XmlTag {
  let type: string | null = null;
  let isNil = false;
  for (const { uri: of, local: name, value } of Object.values(attributes)) {
    if (of !== XSI) continue;
    if (name === 'type') type = value.trim().split(':').at(-1) ?? null;
    else if (name === 'nil') isNil = ['true', '1'].includes(value.trim());
  }
  return { uri, name: local, type, isNil };
}

/** The parser names line and column, and then quotes the document. */
function toProblem(error: unknown): unknown {
  const place = error instanceof Error ? /^(\d+):(\d+): /.exec(error.message) : null;
  if (place === null) return error;
  return new XmlProblem(`The request body is not well-formed XML (line ${place[1]}, column ${place[2]}).`);
}

function refuse(message: string): never {
  throw new XmlProblem(message);
}
