import { type Options, UsageError } from './options.js';

/** Whether `--dialect` asks for Marketo. @throws UsageError for a dialect that is not played. */
export function isMarketo(options: Options): boolean {
  const dialect = options.text('dialect') ?? 'externalActions';
  if (dialect !== 'marketo' && dialect !== 'externalActions') {
    throw new UsageError(`--dialect ${dialect}: say externalActions or marketo`);
  }
  return dialect === 'marketo';
}
