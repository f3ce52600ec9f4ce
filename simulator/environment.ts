/** The only reader of the simulator's process.env: what it needs from there, by name. */
export interface SimulatorEnvironment {
  /** Where `npm start` keeps its generated keys. */
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** What any program needs to start here; nothing that configures the service. */
  readonly machine: Readonly<Record<string, string>>;
}

const MACHINE_VARIABLES = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'LD_LIBRARY_PATH'];

export function readEnvironment(): SimulatorEnvironment {
  const machine: Record<string, string> = {};
  for (const name of [...MACHINE_VARIABLES, 'SystemRoot', 'NODE_EXTRA_CA_CERTS']) {
    const value = process.env[name];
    if (value !== undefined) machine[name] = value;
  }
  return {
    dataDir: process.env['DATA_DIR'] || '.ricochet',
    databaseUrl: process.env['DATABASE_URL'] || null,
    redisUrl: process.env['REDIS_URL'] || null,
    machine,
  };
}
