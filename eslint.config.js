import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const PROCESS_ENV = [
  { selector: "MemberExpression[object.name='process'][property.name='env']", message: 'Read it in config/env.ts.' },
  {
    selector: "VariableDeclarator[init.name='process'] > ObjectPattern > Property[key.name='env']",
    message: 'Read it in config/env.ts.',
  },
];
const DEFAULT_EXPORT = { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' };
const BARRELS = [
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that owns it.' },
  { selector: 'ExportNamedDeclaration[source]', message: 'No barrels: import from the file that owns it.' },
];
const EXPORTS = [DEFAULT_EXPORT, ...BARRELS];
const FORWARD_REF = [{ selector: "CallExpression[callee.name='forwardRef']", message: 'No cycles between modules.' }];
const FOCUSED_TESTS = [
  {
    selector: "MemberExpression[object.name=/^(describe|it|test|suite)$/][property.name='only']",
    message: 'A focused test hides the others.',
  },
];
const ENV_IMPORT = {
  paths: [{ name: 'node:process', importNames: ['env'], message: 'Read it in config/env.ts.' }],
  patterns: [{ regex: '^\\.{1,2}/(?!.*\\.(js|json)$)', message: 'Relative imports end in .js.' }],
};
const SCRIPTS = ['bench/**/*.mjs', 'scripts/**/*.mjs'];
const PRODUCT = ['src/**/*.ts', 'simulator/**/*.ts', 'migrations/**/*.ts'];
const CONSOLE = ['console/**/*.ts', 'console/**/*.tsx'];
const TESTS = ['**/*.spec.ts', '**/*.fixtures.ts', 'test/**/*.ts', 'bench/**/*.ts', 'vitest.config.ts'];

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.ricochet/', '*.js', '*.cjs', '**/*.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: [...PRODUCT, ...CONSOLE, ...TESTS] })),
  {
    files: [...PRODUCT, ...CONSOLE, ...TESTS],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-imports': ['error', ENV_IMPORT],
      'no-restricted-syntax': ['error', ...EXPORTS, ...FORWARD_REF],
      // Knows decorators: what Nest injects stays a real import.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { inheritedMethods: false } }],
      // Abstract classes double as injection tokens of plain values.
      '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'file', name: ['AppConfig', 'Secrets'] }] }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Nest modules are classes without members, and abstract classes are injection tokens.
      '@typescript-eslint/no-extraneous-class': 'off',
      // `query<Row>` says what a statement selects; nothing infers it.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // An interface's implementation may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Asks for `!= null` rewrites that change meaning where values come from JSON.
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  {
    files: PRODUCT,
    ignores: ['src/config/env.ts', 'simulator/environment.ts', ...TESTS],
    rules: { 'no-restricted-syntax': ['error', ...EXPORTS, ...FORWARD_REF, ...PROCESS_ENV] },
  },
  {
    files: CONSOLE,
    languageOptions: {
      globals: globals.browser,
      parserOptions: { project: './console/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^\\.{1,2}/(?!.*\\.(js|css)$)', message: 'Relative imports end in .js or .css.' }] },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    // Vite asks for a default export.
    files: ['console/vite.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: TESTS,
    rules: {
      'max-lines': ['error', { max: 400 }],
      // A constructor that needs more serves more than one purpose.
      'max-params': ['error', { max: 10 }],
    },
  },
  {
    // They run as they stand: no compiler looks at them before Node does.
    ...js.configs.recommended,
    files: SCRIPTS,
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      globals: globals.node,
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.scripts.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...js.configs.recommended.rules,
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', ...EXPORTS],
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      'no-var': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
  {
    // A row of the accuracy table is the default export of its file.
    files: ['scripts/accuracy/*.mjs'],
    rules: { 'no-restricted-syntax': ['error', ...BARRELS] },
  },
  {
    files: ['src/**/index.ts'],
    rules: { 'no-restricted-syntax': ['error', { selector: 'Program', message: 'No barrels.' }] },
  },
  {
    files: TESTS,
    rules: {
      'no-restricted-syntax': ['error', ...FOCUSED_TESTS],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
);
