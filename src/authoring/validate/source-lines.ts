import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** Finds the lines that paths of a YAML or JSON text stand on. */
export class SourceLines {
  private readonly lines = new LineCounter();
  private root: unknown;

  /** Reading it takes longer than all rules together: that is left until a line is asked for. */
  constructor(private readonly text: string) {}

  /** @param path e.g. `pipeline[0].settings.url`; the line of its deepest part that there is, null for none. */
  lineOf(path: string): number | null {
    let node = (this.root ??= this.read());
    let line: number | null = null;
    for (let rest = path; rest !== '';) {
      const step = this.step(node, rest);
      if (step === null) break;
      [node, rest] = [step.node, step.rest];
      line = step.line;
    }
    return line;
  }

  private read(): unknown {
    try {
      return parseDocument(this.text, { lineCounter: this.lines, logLevel: 'silent' }).contents;
    } catch {
      // Too deep for the reader, which is told elsewhere.
      return undefined;
    }
  }

  /** Keys may hold dots themselves: the longest that fits is taken. */
  private step(node: unknown, path: string): { node: unknown; rest: string; line: number | null } | null {
    const index = /^\[(\d+)\]\.?/.exec(path);
    if (index !== null) {
      const item: unknown = isSeq(node) ? node.items[Number(index[1])] : undefined;
      return item === undefined ? null : { node: item, rest: path.slice(index[0].length), line: this.at(item) };
    }
    if (!isMap(node)) return null;
    const pairs = node.items
      .map((pair) => ({ pair, key: isScalar(pair.key) ? String(pair.key.value) : '' }))
      .filter(({ key }) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`))
      .sort((a, b) => b.key.length - a.key.length);
    const [best] = pairs;
    if (best === undefined || best.key === '') return null;
    return {
      node: best.pair.value,
      rest: path.slice(best.key.length).replace(/^\./, ''),
      line: this.at(best.pair.key),
    };
  }

  private at(node: unknown): number | null {
    const start = (node as Node | null)?.range?.[0];
    return start === undefined ? null : this.lines.linePos(start).line;
  }
}
