import { Logger } from '@nestjs/common';
import { describeConfig, renderCurl } from './config/describe-config.js';
import type { LoadedConfig } from './config/load-config.js';
import { describeOldRuntime } from './runtime-age.js';

/** Says that the service listens and how it is configured; in development also how to try it. */
export function announce(loaded: LoadedConfig): void {
  const { config, secrets, warnings, generated } = loaded;
  const log = new Logger('Ricochet');
  const oldRuntime = describeOldRuntime(process.version);
  for (const warning of [...warnings, ...(oldRuntime === null ? [] : [oldRuntime])]) log.warn(warning);
  log.log({
    message: `listening on ${config.http.publicUrl} as ${config.role}`,
    configuration: describeConfig(config, secrets),
  });
  if (config.environment !== 'development' || config.role === 'worker') return;
  const lines = [
    '',
    `Ricochet listens on ${config.http.publicUrl} (development: nothing leaves this machine).`,
    ...(generated === null
      ? []
      : [`  Keys: ${generated.path} (${generated.created ? 'made now' : 'from an earlier start'})`]),
    `  API key of callers:  ${secrets.inboundApiKeys[0] ?? 'none'}`,
    `  API key of admins:   ${secrets.adminApiKeys[0] ?? 'none'}`,
    `  API document:        ${config.http.publicUrl}/docs`,
    '  Start the simulator in another terminal (npm run simulate -- --serve), then try:',
    '',
    renderCurl(config, secrets),
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
