import { isIPv6 } from 'node:net';
import { Logger } from '@nestjs/common';
import type { AppConfig } from './config/config.js';
import { describeConfig, renderCurl } from './config/describe-config.js';
import type { LoadedConfig } from './config/load-config.js';
import { describeOldRuntime } from './runtime-age.js';

/** The address that is listened on, not the one that is published: a proxy in front of it is set up by it. */
function describeAddresses({ http, role }: AppConfig): string {
  const host = isIPv6(http.host) ? `[${http.host}]` : http.host;
  const management = http.managementPort === null ? '' : ` and ${http.managementPort}`;
  const published = role === 'worker' ? '' : ` for ${http.publicUrl}`;
  return `${host}:${http.port}${management}${published}`;
}

/** Says that the service listens and how it is configured; in development also how to try it. */
export function announce(loaded: LoadedConfig): void {
  const { config, secrets, warnings, generated } = loaded;
  const log = new Logger('Ricochet');
  const oldRuntime = describeOldRuntime(process.version);
  for (const warning of [...warnings, ...(oldRuntime === null ? [] : [oldRuntime])]) log.warn(warning);
  log.log({
    message: `listening on ${describeAddresses(config)} as ${config.role}`,
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
