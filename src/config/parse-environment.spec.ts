import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENV_SCHEMA, VARIABLE_NAMES, type VariableName } from './env-schema.js';
import type { Variable } from './env-variable.js';
import { parseEnvironment } from './parse-environment.js';

const THIRTY_ONE_BYTES = Buffer.alloc(31, 1).toString('base64');
const KEY = Buffer.alloc(32, 1).toString('base64');

const REFUSED: [VariableName, string][] = [
  ['NODE_ENV', 'staging'],
  ['ROLE', 'web'],
  ['PORT', 'abc'],
  ['PORT', '-1'],
  ['PORT', '65536'],
  ['PORT', '3000.5'],
  ['PORT', '0x10'],
  ['HOST', 'http://127.0.0.1'],
  ['HOST', '999.1.1.1'],
  ['HOST', 'a b'],
  ['HOST', '[127.0.0.1]'],
  ['HOST', '[::'],
  ['KEEP_ALIVE_MS', '0'],
  ['KEEP_ALIVE_MS', '72s'],
  ['KEEP_ALIVE_MS', '3600001'],
  ['PUBLIC_URL', 'ricochet.example.com'],
  ['PUBLIC_URL', 'ftp://ricochet.example.com'],
  ['PUBLIC_URL', 'https://user:swordfish@ricochet.example.com'],
  ['PUBLIC_URL', 'https://ricochet.example.com/?a=1'],
  ['PUBLIC_URL', 'https://ricochet.example.com/#top'],
  ['PUBLIC_URL', 'https://ricochet.example.com/a%zz'],
  ['PUBLIC_URL', 'https://ricochet.exa\nmple.com'],
  ['PUBLIC_URL', '"https://ricochet.example.com"'],
  ['TRUST_PROXY', 'yes'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['DATABASE_URL', 'mysql://app:swordfish@db/ricochet'],
  ['DATABASE_URL', 'swordfish'],
  ['DATABASE_URL', 'postgres:///ricochet'],
  ['DATABASE_POOL', '0'],
  ['DATABASE_POOL', '1000'],
  ['REDIS_URL', 'http://:swordfish@cache'],
  ['REDIS_URL', 'cache:6379'],
  ['REDIS_URL', 'redis://:swordfish@cache?cluster=yes'],
  ['REDIS_URL', 'redis://:swordfish@cache?cluster='],
  ['REDIS_URL', 'redis://:swordfish@cache?cluster=true&cluster=false'],
  ['REDIS_URL', 'redis://:swordfish@cache/3?cluster=true'],
  ['REDIS_URL', 'redis://:swordfish@cache?cluster=true&db=3'],
  ['DATA_DIR', 'a\nb'],
  ['PROVIDER_MODULES', ','],
  ['INBOUND_AUTH', 'none'],
  ['INBOUND_API_KEYS', 'swordfish with blanks'],
  ['INBOUND_API_KEYS', 'swordfish,ключ'],
  ['INBOUND_API_KEY_NAME', 'X API Key'],
  ['INBOUND_API_KEY_NAME', 'X-Key:'],
  ['INBOUND_API_KEY_IN', 'cookie'],
  ['INBOUND_BASIC_USERS', 'swordfish'],
  ['INBOUND_BASIC_USERS', ':swordfish'],
  ['INBOUND_BASIC_USERS', 'user:'],
  ['INBOUND_BASIC_USERS', 'user:swordfish,user:swordfish2'],
  ['INBOUND_BASIC_USERS', 'user:sword\u0007fish'],
  ['INBOUND_BASIC_USERS', 'user:swordfish,fish'],
  ['INBOUND_API_KEYS', '"swordfish"'],
  ['INBOUND_API_KEYS', "'swordfish,other'"],
  ['PUBLIC_SERVICE_DEFINITION', 'yes'],
  ['ADMIN_API_KEYS', 'sword\tfish'],
  ['ENCRYPTION_KEYS', KEY],
  ['ENCRYPTION_KEYS', `k1:${THIRTY_ONE_BYTES}`],
  ['ENCRYPTION_KEYS', 'k1:swordfish!'],
  ['ENCRYPTION_KEYS', `k.1:${KEY}`],
  ['ENCRYPTION_KEYS', `k1:${KEY},k1:${KEY}`],
  ['ENCRYPTION_KEYS', `"k1:${KEY}"`],
  ['IMS_BASE_URL', 'ims-na1.adobelogin.com'],
  ['IMS_BASE_URL', 'https://client:swordfish@ims-na1.adobelogin.com'],
  ['IMS_BASE_URL', 'https://ims-na1.adobelogin.com/%'],
  ['ADOBE_CLIENT_ID', 'two words'],
  ['ADOBE_CLIENT_SECRETS', "'swordfish'"],
  ['ADOBE_SCOPES', 'openid AdobeID'],
  ['ADOBE_API_KEY', 'ключ'],
  ['ADOBE_CLIENT_ID', 'a\u0000b'],
  ['ADOBE_CLIENT_SECRETS', 'swordfish1,swordfish2,swordfish3'],
  ['ADOBE_IMS_ORG_IDS', 'ONE@AdobeOrg,Two Words'],
  ['CALLBACK_HOSTS', 'https://*.adobe.io'],
  ['CALLBACK_HOSTS', '*'],
  ['CALLBACK_HOSTS', '*.adobe.io:443'],
  ['CALLBACK_HOSTS', 'a.*.io'],
  ['OUTBOUND_ALLOW_HTTP', '1'],
  ['OUTBOUND_ALLOW_CIDRS', '10.0.0.0/99'],
  ['OUTBOUND_ALLOW_CIDRS', 'intranet'],
  ['EGRESS_IPS', '203.0.113'],
  ['ACK_STATUS', '204'],
  ['VALIDATION_STATUS', '0422'],
  ['LEASE_ENRICH_MS', '20s'],
  ['LEASE_DELIVERY_MS', '1'],
  ['POLL_MS', '1e3'],
  ['ADOBE_RETRY_SCHEDULE', '0,2,10'],
  ['ADOBE_RETRY_SCHEDULE', '0s,,soon'],
  ['ADOBE_RETRY_SCHEDULE', '-1s'],
  ['REGISTRATION_RETRY_SCHEDULE', '31d'],
  ['REGISTRATION_RETRY_SCHEDULE', '5 parsecs'],
  ['BATCH_MAX', '0'],
  ['RETENTION_PAYLOAD_DAYS', '0'],
  ['SHUTDOWN_GRACE_MS', '-5'],
  ['LOG_LEVEL', 'info'],
];

const ACCEPTED: [VariableName, string, unknown][] = [
  ['ROLE', 'Worker', 'worker'],
  ['PORT', ' 0 ', 0],
  ['HOST', '::1', '::1'],
  ['HOST', '::', '::'],
  ['HOST', '[::]', '::'],
  ['KEEP_ALIVE_MS', '620000', 620_000],
  ['PUBLIC_URL', 'https://r.example.com/base/', 'https://r.example.com/base'],
  ['TRUST_PROXY', 'TRUE', true],
  ['TRUST_PROXY', 'loopback, 10.0.0.0/8, 192.0.2.1', 'loopback,10.0.0.0/8,192.0.2.1/32'],
  ['DATABASE_URL', 'postgresql:///db?host=/var/run/postgresql', 'postgresql:///db?host=/var/run/postgresql'],
  ['REDIS_URL', 'rediss://:p@cache:6380/1', 'rediss://:p@cache:6380/1'],
  ['REDIS_URL', 'redis://cache/3?cluster=false', 'redis://cache/3?cluster=false'],
  ['REDIS_URL', 'rediss://u:p@[fd00::7]:6380/0?cluster=true', 'rediss://u:p@[fd00::7]:6380/0?cluster=true'],
  ['INBOUND_API_KEYS', 'a, b,', ['a', 'b']],
  ['INBOUND_BASIC_USERS', 'adobe:pass:with:colons', [{ username: 'adobe', password: 'pass:with:colons' }]],
  ['INBOUND_AUTH', 'oauth2', 'oauth2'],
  ['ENCRYPTION_KEYS', `k2:${KEY}`, [{ id: 'k2', key: Buffer.alloc(32, 1) }]],
  ['CALLBACK_HOSTS', '*.Adobe.IO,127.0.0.1', ['*.adobe.io', '127.0.0.1']],
  ['OUTBOUND_ALLOW_CIDRS', '10.1.2.3,fd00::/8', ['10.1.2.3/32', 'fd00::/8']],
  ['EGRESS_IPS', '203.0.113.7,198.51.100.0/24', ['203.0.113.7', '198.51.100.0/24']],
  ['ACK_STATUS', '201', 201],
  ['VALIDATION_STATUS', '400', 400],
  ['ADOBE_RETRY_SCHEDULE', '0s,100ms,1.5s,2m,14h,1d', [0, 100, 1_500, 120_000, 50_400_000, 86_400_000]],
  ['SHUTDOWN_GRACE_MS', '0', 0],
];

describe('parseEnvironment', () => {
  it.each(REFUSED)('refuses %s=%j with a reason and a remedy', (name, text) => {
    const { problems, values } = parseEnvironment({ [name]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ name });
    expect(problems[0]?.problem).toMatch(/\w/);
    expect(problems[0]?.remedy).toMatch(/\w/);
    expect(values).not.toHaveProperty(name);
    expect(JSON.stringify(problems)).not.toContain('swordfish');
  });

  it.each(ACCEPTED)('reads %s=%j', (name, text, value) => {
    const { problems, values } = parseEnvironment({ [name]: text });
    expect(problems).toEqual([]);
    expect(values[name]).toEqual(value);
  });

  it('has a legal default for every variable that has one, in both environments', () => {
    for (const environment of ['development', 'production']) {
      const { problems, values } = parseEnvironment({ NODE_ENV: environment });
      expect(problems).toEqual([]);
      expect(Object.keys(values)).toEqual(VARIABLE_NAMES);
    }
  });

  it('never quotes what a secret variable holds, whatever it is', () => {
    const secretNames = VARIABLE_NAMES.filter((name) => ENV_SCHEMA[name].secret);
    expect(secretNames).toHaveLength(9);
    const text = fc.stringMatching(/^[a-z:@/, ]{6,40}$/).map((tail) => `swordfish${tail}`);
    fc.assert(
      fc.property(fc.constantFrom(...secretNames), text, (name, secret) => {
        const variable: Variable<unknown> = ENV_SCHEMA[name];
        const parsed = variable.parse(secret);
        expect(parsed.kind === 'refused' ? JSON.stringify(parsed) : '').not.toContain('swordfish');
      }),
    );
  });
});
