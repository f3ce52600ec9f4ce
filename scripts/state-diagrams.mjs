// Draws the two tables of moves as Mermaid diagrams, between the markers of a page:
// `<!-- generated: name -->` and `<!-- end of name -->`.

/** The page with each diagram in its place. @throws where a pair of markers is missing. */
export function withDiagrams(page, diagrams) {
  return Object.entries(diagrams).reduce((text, [name, diagram]) => {
    const [open, close] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(open), text.indexOf(close)];
    if (from === -1 || to < from) throw new Error(`the page needs ${open} and, below it, ${close}`);
    return `${text.slice(0, from + open.length)}\n\n\`\`\`mermaid\n${diagram}\n\`\`\`\n\n${text.slice(to)}`;
  }, page);
}

/**
 * @param transitions the states that each state leads to, in the order of a life; a life begins in the first.
 * @param isFinished whether nothing more happens to a state by itself.
 */
export function drawActions(transitions, isFinished) {
  const states = Object.keys(transitions);
  return draw([
    `[*] --> ${states[0]}`,
    ...states.flatMap((from) => transitions[from].map((to) => `${from} --> ${to}`)),
    ...states.filter((state) => isFinished(state)).map((state) => `${state} --> [*]`),
  ]);
}

/** One arrow per pair of statuses, named after all that make the move. A status that only a person leaves is an end. */
export function drawDeliveries(rows) {
  const movers = new Map();
  for (const { from, to, by } of rows) {
    for (const start of from.length === 0 ? ['[*]'] : from) {
      for (const end of to) {
        const arrow = `${start} --> ${end}`;
        movers.set(arrow, (movers.get(arrow) ?? new Set()).add(by));
      }
    }
  }
  const leaves = new Set(rows.filter(({ by }) => by !== 'administrator').flatMap(({ from }) => from));
  const ends = [...new Set(rows.flatMap(({ to }) => to))].filter((status) => !leaves.has(status));
  return draw([
    ...[...movers].map(([arrow, by]) => `${arrow} : ${[...by].join(', ')}`),
    ...ends.map((status) => `${status} --> [*]`),
  ]);
}

function draw(lines) {
  return ['stateDiagram-v2', ...lines.map((line) => `  ${line}`)].join('\n');
}
