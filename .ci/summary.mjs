// The last line of .ci/run. Arguments: vitest's JSON report, vitest's exit code, number of failed checks.
// A test file that could not be loaded has no tests that failed: it counts as one. So does a failing run that
// reports nothing failed, or nothing at all.
import { readFileSync } from 'node:fs';

const [file, exitCode, failedChecks] = process.argv.slice(2);
const count = { passed: 0, failed: 0, skipped: 0 };
const outcomes = {
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  pending: 'skipped',
  todo: 'skipped',
  disabled: 'skipped',
};
try {
  for (const { status, assertionResults } of JSON.parse(readFileSync(file, 'utf8')).testResults) {
    for (const test of assertionResults) count[outcomes[test.status] ?? 'failed'] += 1;
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) count.failed += 1;
  }
} catch (error) {
  console.error(`No test report: ${error.message}`);
  count.failed += 1;
}
if (exitCode !== '0' && count.failed === 0) count.failed += 1;
count.failed += Number(failedChecks);
if (count.skipped > 0) console.log(`${count.skipped} skipped, each with its reason above`);
console.log(`${count.passed} passed, ${count.failed} failed`);
