import { parseDuration } from '../../config/duration.js';
import { readEnvironment } from '../../config/env.js';
import { loadAuthoringConfig } from '../authoring-config.js';
import { EXIT, isGiven, runCommand, textOption, UsageError, type Words } from '../command.js';
import { validateAll } from './validation.js';
import { renderValidation, summarize } from './validation-report.js';

const USAGE = `Checks services: every rule by which Adobe's screen refuses one, and all that would stop the start of Ricochet.

  npm run validate [-- <file, folder or address>… [--strict] [--json] [--timeout 10s]]

  services/x.yaml            a service's file; several may be given, and folders
  https://…/openapi.json     the document that an administrator gives to Adobe (http on this machine only); it is asked
                             for without credentials
  nothing                    the folder that the service reads (SERVICES_DIR)

  --strict        warnings count as problems: a secret that is not set, an address that is not https yet
  --timeout 10s   how long an address may take
  --json          prints {valid, problems, warnings, checked: [{source, kind, name, findings}]}
  --help, -h      this text

Each problem is one line: file, line, key, Adobe's word for it, the reason, and the cure. PROVIDER_MODULES, STEP_ALLOW_CIDRS,
SECRET_… and NODE_ENV count as they do for the service.

Exit codes: 0 fine; 1 problems; 2 a mistake on the command line.
`;

const LONGEST_MS = 10 * 60_000;

async function validate(words: Words): Promise<number> {
  const timeoutMs = readTimeout(textOption(words, 'timeout') ?? '10s');
  const loaded = loadAuthoringConfig(readEnvironment());
  const targets = words.positionals.length > 0 ? words.positionals : [loaded.config.catalog.servicesDir];
  const summary = summarize(await validateAll(targets, loaded, timeoutMs), isGiven(words, 'strict'));
  process.stdout.write(isGiven(words, 'json') ? `${JSON.stringify(summary)}\n` : renderValidation(summary));
  return summary.valid ? EXIT.fine : EXIT.problems;
}

function readTimeout(text: string): number {
  const duration = parseDuration(text);
  if (duration.kind === 'refused') throw new UsageError(`--timeout: ${duration.problem}; ${duration.remedy}`);
  if (duration.value < 1 || duration.value > LONGEST_MS) throw new UsageError('--timeout must be from 1ms to 10m');
  return duration.value;
}

await runCommand(process.argv.slice(2), {
  usage: USAGE,
  options: { strict: { type: 'boolean' }, json: { type: 'boolean' }, timeout: { type: 'string' } },
  run: validate,
});
