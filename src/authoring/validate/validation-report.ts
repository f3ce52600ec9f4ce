import type { Checked, Finding } from './finding.js';

/** The outcome of a validation for programs. */
export interface ValidationSummary {
  readonly valid: boolean;
  readonly problems: number;
  readonly warnings: number;
  readonly checked: readonly Checked[];
}

/** @param strict warnings count as problems */
export function summarize(checked: readonly Checked[], strict: boolean): ValidationSummary {
  const all = checked.flatMap(({ findings }) => findings);
  const problems = all.filter(({ severity }) => severity === 'problem').length;
  const warnings = all.length - problems;
  return { valid: problems + (strict ? warnings : 0) === 0, problems, warnings, checked };
}

/** The outcome in lines: each finding is one, in the form that editors can follow. */
export function renderValidation({ checked, problems, warnings, valid }: ValidationSummary): string {
  const lines = checked.flatMap(({ source, name, kind, findings, installLink, switchedOff }) => {
    const what = kind === 'service' ? 'service' : 'document';
    const isFine = findings.every(({ severity }) => severity === 'warning');
    const state = isFine ? `${source}: ${what}${name === null ? '' : ` ${name}`} is fine` : null;
    const link = isFine && installLink !== undefined ? [`${source}: install it in Marketo by ${installLink}`] : [];
    const off =
      switchedOff === true ? [`${source}: it is switched off: remove enabled: false before you install it`] : [];
    return [...findings.map(renderFinding), ...(state === null ? [] : [state]), ...link, ...(isFine ? off : [])];
  });
  const counts = [count(problems, 'problem'), ...(warnings > 0 ? [count(warnings, 'warning')] : [])].join(', ');
  const many = checked.length === 1 ? '' : `${checked.length} looked at, `;
  return `${[...lines, '', `${many}${counts}${valid || problems > 0 ? '' : ' (--strict)'}`].join('\n')}\n`;
}

function renderFinding({ file, line, path, reason, remedy, screen, severity }: Finding): string {
  const where = [line === null ? file : `${file}:${line}`, ...(path === '' ? [] : [path])].join(': ');
  const said = [...(severity === 'warning' ? ['warning'] : []), ...(screen === null ? [] : [screen]), reason].join(
    ': ',
  );
  return `${where}: ${said} (${remedy})`;
}

function count(many: number, word: string): string {
  return many === 1 ? `1 ${word}` : `${many === 0 ? 'no' : many} ${word}s`;
}
