import { RequestError } from '../../http/request-error.js';
import { VersionMismatch } from './soap-fault.js';
import { SOAP_1_1, SOAP_1_2 } from './soap-version.js';
import { type XmlElement, XmlTreeBuilder } from './xml-element.js';
import { readXml, XmlProblem, type XmlTag, type XmlVisitor } from './xml-reader.js';

/** The content of a request, and its token. */
export interface SoapMessage {
  /** Null when the header has none. */
  readonly token: string | null;
  /** The one child of the Body. */
  readonly operation: XmlElement;
}

const CREDENTIALS = 'http://exacttarget.com';
/** More than any token has. */
const TOKEN_MAX = 512;

/**
 * Reads a message by namespaces and local names alone: any prefix, header and body in either order, the envelope of
 * SOAP 1.1 or 1.2.
 * @throws RequestError 400 for any other message.
 */
export async function readSoapMessage(bytes: Buffer): Promise<SoapMessage> {
  const reader = new MessageReader();
  try {
    await readXml(bytes, reader);
  } catch (error) {
    if (error instanceof XmlProblem) throw malformed(error.message);
    throw error;
  }
  const { operation, token } = reader;
  if (operation === null) throw malformed('The Body of the Envelope is missing or empty.');
  return { operation, token };
}

class MessageReader implements XmlVisitor {
  token: string | null = null;
  operation: XmlElement | null = null;
  private envelope = '';
  private section: 'Header' | 'Body' | null = null;
  private builder: XmlTreeBuilder | null = null;
  /** Elements of credentials that are open, the innermost last: some clients wrap the token twice. */
  private readonly tokens: { readonly depth: number; text: string }[] = [];
  private hasCredentials = false;

  open(tag: XmlTag, depth: number): void {
    if (depth === 1) this.openRoot(tag);
    else if (depth === 2) this.section = this.sectionOf(tag);
    else if (this.section === 'Body') this.openOperation(tag, depth);
    else if (this.section === 'Header') this.openHeader(tag, depth);
  }

  text(text: string, depth: number): void {
    if (this.section === 'Header' && depth >= 3 && this.tokens.at(-1)?.depth === depth) this.addToToken(text);
    this.builder?.text(text);
  }

  close(depth: number): void {
    if (this.section === 'Header' && this.tokens.at(-1)?.depth === depth) this.closeToken();
    const whole = this.builder?.close() ?? null;
    if (whole === null) return;
    this.operation = whole;
    this.builder = null;
  }

  private openRoot({ uri, name }: XmlTag): void {
    if (name !== 'Envelope') throw malformed('The root element is not a SOAP Envelope.');
    if (uri !== SOAP_1_1.namespace && uri !== SOAP_1_2.namespace) throw new VersionMismatch();
    this.envelope = uri;
  }

  private sectionOf({ uri, name }: XmlTag): 'Header' | 'Body' | null {
    return uri === this.envelope && (name === 'Header' || name === 'Body') ? name : null;
  }

  private openOperation(tag: XmlTag, depth: number): void {
    if (depth === 3) {
      if (this.operation !== null) throw malformed('The Body holds more than one request.');
      this.builder = new XmlTreeBuilder();
    }
    this.builder?.open(tag);
  }

  private openHeader({ uri, name }: XmlTag, depth: number): void {
    if (name !== 'fueloauth') return;
    if (depth === 3) {
      if (uri !== CREDENTIALS) return;
      if (this.hasCredentials) throw malformed('The Header holds more than one fueloauth element.');
      this.hasCredentials = true;
    } else if (this.tokens.at(-1)?.depth !== depth - 1) return;
    this.tokens.push({ depth, text: '' });
  }

  private addToToken(text: string): void {
    const open = this.tokens.at(-1);
    if (open === undefined) return;
    open.text += text;
    if (open.text.length > TOKEN_MAX) throw malformed('The fueloauth element is too long.');
  }

  private closeToken(): void {
    const token = this.tokens.pop()?.text.trim() ?? '';
    if (token === '') return;
    if (this.token !== null && this.token !== token) throw malformed('The Header holds more than one token.');
    this.token = token;
  }
}

function malformed(message: string): RequestError {
  return new RequestError(400, 'INVALID_REQUEST', message);
}
