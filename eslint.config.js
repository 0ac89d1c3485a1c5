// Two rules only, those that need types and that an asynchronous library lives by. Everything else is biome's.
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist/**', 'build/**', 'build-*/**', 'coverage/**', 'docs/api/**', '**/*.gen.*', '**/*.js', '**/*.cjs'] },
  {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        // Node's own test runner waits for what these return.
        { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['describe', 'it', 'before'] }] },
      ],
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
)
