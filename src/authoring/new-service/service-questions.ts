import { createInterface, type Interface } from 'node:readline/promises';
import { type SampleName, sampleOf, samplesFor } from './step-samples.js';
import { ENTITIES, type EntityName } from './entity-names.js';

/** A mistake of an answer in words; null: it is fine. */
type Judge = (answer: string) => string | null;

/** Asks for what the flags did not say, on a terminal. */
export class ServiceQuestions {
  private readonly terminal: Interface;

  constructor(
    input: NodeJS.ReadableStream,
    private readonly output: NodeJS.WritableStream,
  ) {
    this.terminal = createInterface({ input, output });
  }

  async askName(judge: Judge): Promise<string> {
    return this.ask('Name of the service, part of its address (e.g. company-check)', null, judge);
  }

  async askEntity(): Promise<EntityName> {
    const names = Object.keys(ENTITIES);
    const judge: Judge = (answer) => (names.includes(answer) ? null : `one of ${names.join(', ')}, please`);
    return (await this.ask(`What is it about: ${names.join(', ')}`, 'lead', judge)) as EntityName;
  }

  async askSteps(entity: EntityName): Promise<readonly string[]> {
    const samples = samplesFor(ENTITIES[entity]);
    for (const name of samples) this.output.write(`  ${name.padEnd(12)} ${sampleOf(name, ENTITIES[entity]).about}\n`);
    const judge: Judge = (answer) => {
      const wrong = splitList(answer).find((name) => !samples.includes(name as SampleName));
      return wrong === undefined ? null : `${wrong} is none of them`;
    };
    return splitList(await this.ask('Its steps, in order, with commas', 'expression', judge));
  }

  async askOutput(proposal: string): Promise<string> {
    return this.ask('File', proposal, () => null);
  }

  close(): void {
    this.terminal.close();
  }

  private async ask(question: string, proposal: string | null, judge: Judge): Promise<string> {
    for (;;) {
      const given = (await this.terminal.question(`${question}${proposal === null ? '' : ` [${proposal}]`}: `)).trim();
      const answer = given === '' ? (proposal ?? '') : given;
      const problem = judge(answer);
      if (problem === null) return answer;
      this.output.write(`  ${problem}\n`);
    }
  }
}

/** `a, b` as a list. */
export function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
