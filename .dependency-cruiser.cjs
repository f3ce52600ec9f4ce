// The import rules of the house: arrows point the way the data flows. Type-only imports count.
const FOUNDATION =
  'config|logging|counters|database|queue|security|http|expressions|step-secrets|organisations|idempotency|admin-keys|oauth|sweeps|statistics|telemetry|live';
const STAGES = 'intake|enrichment|callbacks|delivery|registrations|async-calls|marketo|catalog|lookup-tables';
const TOPS = 'admin|authoring|erasure|health|metrics|notices|recovery|resend|reveal';
/** Each speaks to one system in its own words; intake/ and callbacks/ are Adobe's two ends, and meet over the spine alone. */
const DIALECTS = 'registrations/companies|registrations/eqp|async-calls|marketo|intake|callbacks';
const ROOT_FILES = '^src/(main|app\\.module)\\.ts$';

/** What a stage shows the others. */
const PORTS = [
  '^src/delivery/(delivery|delivery-channel|delivery-outbox|customer-places|destination|destination-moves|destination-switch|registered-address|breaker|breaker-policy|signing-secrets|answer|answer-headers|retry-after|user-agent|channel-registry)\\.ts$',
  '^src/enrichment/enrichment-provider\\.ts$',
  '^src/lookup-tables/(table-lookup|table-limits|table-choices)\\.ts$',
];
const MODULE_FILES = '^src/.+\\.module\\.ts$';
/** A conformance suite ships beside the port it checks, for the authors of other implementations. */
const TEST_FILES = '(\\.(spec|fixtures)|-conformance)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one idea in the wrong places.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Nobody imports it and it imports nothing: dead, or forgotten in a module.',
      from: { orphan: true, pathNot: [TEST_FILES, ROOT_FILES, '\\.d\\.ts$'] },
      to: {},
    },
    {
      name: 'foundation-knows-no-stage',
      severity: 'error',
      comment:
        'config, logging, counters, database, queue, security, http, expressions, step-secrets, organisations, idempotency, admin-keys, oauth, sweeps, statistics, telemetry and live are imported by everyone and import only each other.',
      from: { path: `^src/(${FOUNDATION})/`, pathNot: TEST_FILES },
      to: { path: '^src/', pathNot: `^src/(${FOUNDATION})/` },
    },
    {
      name: 'spine-knows-no-stage',
      severity: 'error',
      comment: 'actions/ is the spine: it imports foundation only.',
      from: { path: '^src/actions/', pathNot: TEST_FILES },
      to: { path: '^src/', pathNot: `^src/(${FOUNDATION}|actions)/` },
    },
    {
      name: 'stages-meet-at-ports',
      severity: 'error',
      comment: "A stage imports foundation, the spine, the catalog and other stages' ports, never their insides.",
      from: { path: `^src/(${STAGES})/`, pathNot: [TEST_FILES, MODULE_FILES] },
      to: { path: `^src/(${STAGES})/`, pathNot: ['^src/$1/', '^src/catalog/', ...PORTS] },
    },
    {
      name: 'modules-meet-at-modules',
      severity: 'error',
      comment: "A stage's module may import other modules and ports, and nothing else of another stage.",
      from: { path: `^src/(${STAGES})/.+\\.module\\.ts$` },
      to: { path: `^src/(${STAGES})/`, pathNot: ['^src/$1/', '^src/catalog/', MODULE_FILES, ...PORTS] },
    },
    {
      name: 'dialects-keep-apart',
      severity: 'error',
      comment: 'A dialect imports no other, not even its module: what two of them need is foundation, spine or engine.',
      from: { path: `^src/(${DIALECTS})/`, pathNot: TEST_FILES },
      to: { path: `^src/(${DIALECTS})/`, pathNot: '^src/$1/' },
    },
    {
      name: 'doors-of-calls-keep-apart',
      severity: 'error',
      comment: 'Clients, create and retrieve meet in the controller beside them; soap/ knows none of the three.',
      from: { path: '^src/async-calls/(soap|clients|create|retrieve)/', pathNot: TEST_FILES },
      to: { path: '^src/async-calls/(clients|create|retrieve)/', pathNot: '^src/async-calls/$1/' },
    },
    {
      name: 'soap-knows-no-call',
      severity: 'error',
      comment: 'soap/ reads and writes messages: what a call is stands beside it.',
      from: { path: '^src/async-calls/soap/', pathNot: TEST_FILES },
      to: { path: '^src/', pathNot: '^src/(async-calls/soap|http)/' },
    },
    {
      name: 'stages-do-not-know-of-reloads',
      severity: 'error',
      comment: 'reload/ replaces the version in the catalog; stages follow the catalog.',
      from: { path: `^src/(${FOUNDATION}|actions|${STAGES})/`, pathNot: TEST_FILES },
      to: { path: '^src/reload/' },
    },
    {
      name: 'tops-are-imported-by-nobody',
      severity: 'error',
      comment:
        'admin, authoring, erasure, health, metrics, notices, recovery, resend and reveal look at everything; only app.module.ts looks at them.',
      from: { path: '^src/', pathNot: [`^src/(${TOPS})/`, ROOT_FILES, TEST_FILES] },
      to: { path: `^src/(${TOPS})/` },
    },
    {
      name: 'tops-keep-apart',
      severity: 'error',
      comment: 'They are siblings, not a stack.',
      from: { path: `^src/(${TOPS})/`, pathNot: TEST_FILES },
      to: { path: `^src/(${TOPS})/`, pathNot: '^src/$1/' },
    },
    {
      name: 'nobody-imports-the-root',
      severity: 'error',
      from: { path: '^src/.+/' },
      to: { path: ROOT_FILES },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST_FILES },
      to: { path: [TEST_FILES, '^test/', '^simulator/', '^bench/'] },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST_FILES },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6'],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
