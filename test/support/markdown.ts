import { readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

/** One page, taken apart as far as tests of documentation need it. */
export class MarkdownPage {
  private readonly text: string;

  constructor(readonly path: string) {
    this.text = readFileSync(path, 'utf8');
  }

  /** The whole text, comments too. */
  get source(): string {
    return this.text;
  }

  get lineCount(): number {
    return this.text.trimEnd().split('\n').length;
  }

  /** Level-two headings, in order. */
  get sections(): string[] {
    return [...this.prose.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);
  }

  /** Anchors that GitHub makes of the headings. */
  get anchors(): Set<string> {
    const titles = [...this.prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => title);
    return new Set(titles.map(toAnchor));
  }

  /** Targets of links that stay in the repository. */
  get relativeLinks(): string[] {
    const targets = [...this.prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
    return targets.filter((target) => !/^[a-z]+:/.test(target));
  }

  /** Blocks, those in lists without their indentation. */
  get blocks(): CodeBlock[] {
    return [...this.text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(
      ([, indent = '', language = '', text = '']) => ({
        language,
        text: indent === '' ? text : text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      }),
    );
  }

  /** The block below the comment `<!-- sample: name -->`. */
  sample(name: string): string {
    const [, text] =
      new RegExp(`<!-- sample: ${name} -->\\n+\`\`\`\\w+\\n([\\s\\S]*?)^\`\`\``, 'm').exec(this.text) ?? [];
    if (text === undefined) throw new Error(`${this.path} has no sample "${name}"`);
    return text;
  }

  /** First cells of the table rows of a section, without back-ticks. */
  firstColumn(section: string): string[] {
    const [, body = ''] = new RegExp(`^## ${section}$([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(this.text) ?? [];
    return [...body.matchAll(/^\| `([^`|]+)` \|/gm)].map(([, cell = '']) => cell);
  }

  private get prose(): string {
    return this.text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '');
  }
}

function toAnchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
