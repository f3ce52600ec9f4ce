// A reporter for vitest: how many errors nobody handled, as a number in the file that UNHANDLED_ERRORS names. The JSON
// report tells them from failed tests only while there are no failed tests.
import { writeFileSync } from 'node:fs';

// Vitest takes a reporter by its default export.
// eslint-disable-next-line no-restricted-syntax
export default class UnhandledReporter {
  onTestRunEnd(_modules, errors) {
    writeFileSync(process.env.UNHANDLED_ERRORS, String(errors.length));
  }
}
