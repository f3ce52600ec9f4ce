import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type XmlElement, XmlTreeBuilder } from './xml-element.js';
import { readXml, XML_LIMITS, XmlProblem } from './xml-reader.js';
import { xmlText } from './xml-text.js';

async function read(document: string | Buffer): Promise<XmlElement | null> {
  const builder = new XmlTreeBuilder();
  let root: XmlElement | null = null;
  await readXml(typeof document === 'string' ? Buffer.from(document) : document, {
    open: (tag) => builder.open(tag),
    text: (text) => builder.text(text),
    close: () => (root = builder.close() ?? root),
  });
  return root;
}

const problemOf = async (document: string | Buffer): Promise<string> => {
  try {
    await read(document);
  } catch (error) {
    expect(error).toBeInstanceOf(XmlProblem);
    return (error as XmlProblem).message;
  }
  return 'none';
};

const MEBIBYTE = 1024 * 1024;
const laughs = Array.from({ length: 20 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
const filled = (piece: string): string => piece.repeat(Math.ceil((4 * MEBIBYTE) / piece.length));

describe('readXml', () => {
  it('reads names by namespace, whatever the prefix', async () => {
    for (const text of ['<a xmlns="urn:x"><b/></a>', '<p:a xmlns:p="urn:x"><q:b xmlns:q="urn:x"/></p:a>']) {
      const root = await read(text);
      expect([root?.uri, root?.name, root?.children[0]?.uri, root?.children[0]?.name]).toEqual([
        'urn:x',
        'a',
        'urn:x',
        'b',
      ]);
    }
  });

  it('reads the local name of an xsi:type, and xsi:nil', async () => {
    const xsi = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"';
    const root = await read(`<a ${xsi} i:type="ns1:Subscriber" type="no"><b i:nil="true"/><c nil="true"/></a>`);
    expect([root?.type, root?.children[0]?.isNil, root?.children[1]?.isNil]).toEqual(['Subscriber', true, false]);
  });

  it('gives text back as it was written', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 }).map((one) => one.replace(/[^\P{Cc}\t\n\r]/gu, ''));
    await fc.assert(
      fc.asyncProperty(text, async (one) => {
        expect((await read(`<a>${xmlText(one)}</a>`))?.text ?? '').toBe(one.replace(/[\uFFFE\uFFFF]/g, '\uFFFD'));
      }),
    );
  });

  it('reads a byte order mark, CDATA, comments, instructions and pieces cut anywhere', async () => {
    const long = 'ä€😀\r\n'.repeat(30_000);
    const root = await read(
      `\uFEFF<?xml version="1.0" encoding="UTF-8"?><!-- c --><?p i?><a>x<![CDATA[<&>]]>&#x41;${long}</a>`,
    );
    expect(root?.text).toBe(`x<&>A${long.replaceAll('\r\n', '\n')}`);
  });

  it.each([
    ['an entity that expands', `<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]><a>&l20;</a>`, 'DTD'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'DTD'],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><a/>', 'DTD'],
    ['an external document type', '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', 'DTD'],
    ['a document type behind a comment', '<?xml version="1.0"?> <!-- x --> <?p?> <!DOCTYPE a><a/>', 'DTD'],
    ['a document type in lower case', '<!doctype a><a/>', 'well-formed'],
    ['a document type inside', '<a><!DOCTYPE a></a>', 'well-formed'],
    ['an entity nobody declared', '<a>&secret;</a>', 'well-formed'],
    ['deep nesting', '<a>'.repeat(100_000), 'deeper than 32'],
    ['many attributes', `<a ${Array.from({ length: 200_000 }, (_, i) => `b${i}="c"`).join(' ')}/>`, 'attributes'],
    ['the same attribute again', '<a b="1" b="2"/>', 'well-formed'],
    ['a huge attribute', `<a b="${filled('x')}"/>`, 'value of an attribute'],
    ['a long attribute name', `<a ${'b'.repeat(300)}="c"/>`, 'name of an attribute'],
    ['a long element name', `<a><${'b'.repeat(300)}/></a>`, 'name of an element'],
    ['too many elements', `<a>${'<b/>'.repeat(XML_LIMITS.elements)}</a>`, 'elements'],
    ['a name without an end', `<${filled('a')}`, 'well-formed'],
    ['an entity without an end', `<a>&${filled('a')}`, 'well-formed'],
    ['a comment without an end', `<!--${filled('a')}`, 'well-formed'],
    ['an instruction without an end', `<?a ${filled('a')}`, 'well-formed'],
    ['a document type without an end', `<!DOCTYPE a [${filled('<!ENTITY a "b">')}`, 'DTD'],
    ['a character reference beyond Unicode', '<a>&#x110000;</a>', 'well-formed'],
    ['a reference to NUL', '<a>&#0;</a>', 'well-formed'],
    ['NUL', '<a>\u0000</a>', 'well-formed'],
    ['a control character', '<a>\u0001</a>', 'well-formed'],
    ['a prefix nobody declared', '<p:a/>', 'well-formed'],
    ['two roots', '<a/><b/>', 'well-formed'],
    ['no root', '<?xml version="1.0"?>', 'well-formed'],
    ['a text only', 'hello', 'well-formed'],
    ['JSON', '{"a": 1}', 'well-formed'],
    ['a truncated document', '<a><b>', 'well-formed'],
    ['a truncated tag', '<a><b', 'well-formed'],
    ['another encoding declared', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'UTF-8'],
    ['UTF-7 declared', '<?xml version="1.0" encoding="UTF-7"?><a/>', 'UTF-8'],
    ['nothing', '', 'empty'],
    ['UTF-16 with a mark', Buffer.from('\uFEFF<a/>', 'utf16le'), 'UTF-8'],
    ['UTF-16 without one', Buffer.from('<a/>', 'utf16le'), 'well-formed'],
    ['UTF-32', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x3c]), 'UTF-8'],
    ['Latin-1', Buffer.from('<a>\u00e4</a>', 'latin1'), 'UTF-8'],
    ['UTF-8 that is too long', Buffer.from([0x3c, 0xc0, 0xbc, 0x3e]), 'UTF-8'],
    ['a half of a surrogate pair', Buffer.from([0x3c, 0x61, 0x3e, 0xed, 0xa0, 0x80]), 'UTF-8'],
  ] as const)('refuses %s, quickly, quoting nothing', async (_name, document, expected) => {
    const startedAt = performance.now();
    const message = await problemOf(document);
    expect(message).toContain(expected);
    expect(message.length).toBeLessThan(120);
    // Generous: the machine may be busy. An expansion would take minutes, or all memory.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('says where, not what', async () => {
    expect(await problemOf('<a>\n <secret></a>')).toBe('The request body is not well-formed XML (line 2, column 13).');
  });

  it('lets others have their turn while it reads a large document', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await read(`<a>${filled('some text ')}</a>`);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });
});
