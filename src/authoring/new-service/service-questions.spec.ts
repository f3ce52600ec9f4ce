import { PassThrough } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { ServiceQuestions, splitList } from './service-questions.js';

let asked: ServiceQuestions | null = null;
afterEach(() => asked?.close());

/** A terminal at which these lines are typed, each when a question is asked, and all that it showed. */
function typing(...lines: string[]): { questions: ServiceQuestions; shown: () => string } {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let text = '';
  output.on('data', (piece: Buffer) => {
    text += piece.toString();
    if (piece.toString().endsWith(': ')) input.write(`${lines.shift() ?? ''}\n`);
  });
  asked = new ServiceQuestions(input, output);
  return { questions: asked, shown: () => text };
}

it('asks again until a name can be one', async () => {
  const { questions, shown } = typing('my service', '  my-service ');
  expect(await questions.askName((name) => (name.includes(' ') ? 'has a space' : null))).toBe('my-service');
  expect(shown()).toContain('has a space');
});

it('takes what it proposes when nothing is typed', async () => {
  const { questions } = typing('', '', '');
  expect(await questions.askEntity()).toBe('lead');
  expect(await questions.askSteps('lead')).toEqual(['expression']);
  expect(await questions.askOutput('services/x.yaml')).toBe('services/x.yaml');
});

it('lists the steps that go with a kind, and takes several', async () => {
  const { questions, shown } = typing('person', 'buyingGroup', 'email, nothing', 'email,buying-role');
  expect(await questions.askEntity()).toBe('buyingGroup');
  expect(await questions.askSteps('buyingGroup')).toEqual(['email', 'buying-role']);
  expect(shown()).toContain('one of lead, account, buyingGroup');
  expect(shown()).toContain('nothing is none of them');
  expect(shown()).toMatch(/buying-role +finds the roles/);
});

it('reads lists with and without blanks', () => {
  expect(splitList(' a , ,b,')).toEqual(['a', 'b']);
});
