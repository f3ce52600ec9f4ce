import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { MarkdownPage } from './markdown.js';

/** One thing that a guide asks its reader to do. */
export type GuideStep =
  /** A block whose first line names a file. */
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  /** Commands that end. */
  | { readonly kind: 'run'; readonly commands: string; readonly shows: string | null }
  /** A command that stays, in a terminal with a name. */
  | { readonly kind: 'start'; readonly terminal: string; readonly command: string; readonly shows: string | null }
  | { readonly kind: 'stop'; readonly terminal: string };

const STEP = /<!-- (start|stop): ([\w-]+) -->|^```(\w+)\n([\s\S]*?)^```$/gm;
const FILE_NAME = /^(?:\/\/|#) ([\w./-]+\.\w+)\n/;

/**
 * Reads the steps of a page, in order. A block of `sh` is run; one that stands behind `<!-- start: name -->` stays until
 * `<!-- stop: name -->`. A block of `text` behind it is what the reader sees. Every other block is a file, and its first
 * line names it.
 */
export function readGuide(page: MarkdownPage): GuideStep[] {
  const steps: GuideStep[] = [];
  let terminal: string | null = null;
  for (const [, mark, name = '', language = '', text = ''] of page.source.matchAll(STEP)) {
    if (mark === 'start') terminal = name;
    else if (mark === 'stop') steps.push({ kind: 'stop', terminal: name });
    else if (language === 'sh' && terminal !== null) {
      steps.push({ kind: 'start', terminal, command: text.trim(), shows: null });
      terminal = null;
    } else if (language === 'sh') steps.push({ kind: 'run', commands: text, shows: null });
    else if (language === 'text') steps.push(shownBy(steps.pop(), text));
    else steps.push({ kind: 'file', path: fileName(page, text), text });
  }
  return steps;
}

function shownBy(step: GuideStep | undefined, shows: string): GuideStep {
  if (step?.kind !== 'run' && step?.kind !== 'start') throw new Error(`nothing shows this output:\n${shows}`);
  return { ...step, shows };
}

function fileName(page: MarkdownPage, text: string): string {
  const [, path] = FILE_NAME.exec(text) ?? [];
  if (path === undefined) throw new Error(`${page.path} has a block whose first line names no file:\n${text}`);
  return path;
}

/** How long a command that stays may take until it shows what the page says. */
const SHOWN_WITHIN_MS = 30_000;
const RUN_WITHIN_MS = 60_000;

interface Terminal {
  readonly child: ChildProcess;
  output: string;
}

/** Somebody with a few terminals in one folder. */
export class GuideReader {
  private readonly terminals = new Map<string, Terminal>();

  constructor(
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Does one step. @throws with the output when a command fails, or shows something else than the page says. */
  async follow(step: GuideStep): Promise<void> {
    switch (step.kind) {
      case 'file':
        mkdirSync(dirname(join(this.folder, step.path)), { recursive: true });
        writeFileSync(join(this.folder, step.path), step.text);
        return;
      case 'run':
        return this.run(step.commands, step.shows);
      case 'start':
        return this.start(step.terminal, step.command, step.shows);
      case 'stop':
        return this.stop(step.terminal);
      default:
        return step satisfies never;
    }
  }

  /** Ends everything that still runs. */
  async leave(): Promise<void> {
    await Promise.all([...this.terminals.keys()].map((terminal) => this.stop(terminal)));
  }

  private async run(commands: string, shows: string | null): Promise<void> {
    const shell = this.spawn(commands);
    const timer = setTimeout(() => signal(shell.child, 'SIGKILL'), RUN_WITHIN_MS);
    const code = await ended(shell.child);
    clearTimeout(timer);
    if (code !== 0) throw new Error(`this ended with ${String(code)}:\n${commands}\n${shell.output}`);
    const missing = shows === null ? null : firstMissing(shell.output, shows);
    if (missing !== null) throw new Error(`this does not show "${missing}":\n${commands}\n${shell.output}`);
  }

  private async start(name: string, command: string, shows: string | null): Promise<void> {
    const terminal = this.spawn(command);
    this.terminals.set(name, terminal);
    const endsAtMs = Date.now() + SHOWN_WITHIN_MS;
    for (;;) {
      const missing = shows === null ? null : firstMissing(terminal.output, shows);
      if (missing === null) return;
      if (terminal.child.exitCode !== null || Date.now() > endsAtMs) {
        throw new Error(`this does not show "${missing}":\n${command}\n${terminal.output}`);
      }
      await sleep(50);
    }
  }

  private async stop(name: string): Promise<void> {
    const terminal = this.terminals.get(name);
    if (terminal === undefined) throw new Error(`nothing runs in the terminal ${name}`);
    this.terminals.delete(name);
    if (terminal.child.exitCode !== null) return;
    signal(terminal.child, 'SIGINT');
    await ended(terminal.child);
  }

  /** A group of its own, as a terminal has one: Ctrl-C reaches the command and its children. */
  private spawn(command: string): Terminal {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', command], {
      cwd: this.folder,
      env: this.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const terminal: Terminal = { child, output: '' };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (terminal.output += text));
    }
    return terminal;
  }
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve) => child.once('close', resolve));
}

/** The first line of the page's text that the output does not have in its place; `…` stands for anything. */
function firstMissing(output: string, shows: string): string | null {
  const lines = output.split('\n').map(withoutMeasures);
  let at = 0;
  for (const line of shows.split('\n').map(withoutMeasures)) {
    if (line === '' || line === '…') continue;
    const pattern = new RegExp(`^${line.split('…').map(escape).join('.*')}$`);
    const found = lines.findIndex((shown, index) => index >= at && pattern.test(shown));
    if (found < 0) return line;
    at = found + 1;
  }
  return null;
}

/** Times, rates, ids and moments differ from run to run. */
function withoutMeasures(line: string): string {
  return stripVTControlCharacters(line)
    .trim()
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<moment>')
    .replaceAll(/(?:\d+(?:\.\d+)?|…) ?(?:ms|s|per second)\b/g, '<measure>')
    .replaceAll(/\s+/g, ' ');
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
