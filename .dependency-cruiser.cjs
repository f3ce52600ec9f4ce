// The import rules of the house: arrows point the way the data flows. Type-only imports count.
const FOUNDATION = 'config|logging|counters|database|queue|security|http';
const STAGES = 'intake|enrichment|callbacks|delivery|registrations|catalog|lookup-tables';
const TOPS = 'admin|health|metrics|recovery';
const ROOT_FILES = '^src/(main|app\\.module)\\.ts$';

/** What a stage shows the others. */
const PORTS = [
  '^src/delivery/(delivery|delivery-channel|delivery-outbox|destination|destination-switch|breaker-policy|signing-secrets|answer|retry-after|channel-registry)\\.ts$',
  '^src/delivery/(delivery|delivery-channel|delivery-outbox|destination|destination-moves|destination-switch|registered-address|breaker-policy|signing-secrets|answer|channel-registry)\\.ts$',
  '^src/enrichment/enrichment-provider\\.ts$',
  '^src/lookup-tables/(table-lookup|table-limits)\\.ts$',
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
        'config, logging, counters, database, queue, security and http are imported by everyone and import only each other.',
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
      name: 'tops-are-imported-by-nobody',
      severity: 'error',
      comment: 'admin, health, metrics and recovery look at everything; only app.module.ts looks at them.',
      from: { path: '^src/', pathNot: [`^src/(${TOPS})/`, ROOT_FILES, TEST_FILES] },
      to: { path: `^src/(${TOPS})/` },
    },
    {
      name: 'tops-keep-apart',
      severity: 'error',
      comment: 'The four are siblings, not a stack.',
      from: { path: `^src/(${TOPS})/`, pathNot: TEST_FILES },
      to: { path: `^src/(${TOPS})/`, pathNot: '^src/$1/' },
    },
    {
      name: 'erasure-is-for-tops',
      comment: 'erasure/ finds what is about a person, in every stage; only what looks at everything may ask it.',
      severity: 'error',
      from: { path: '^src/', pathNot: [`^src/(${TOPS}|erasure)/`, TEST_FILES] },
      to: { path: '^src/erasure/' },
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
