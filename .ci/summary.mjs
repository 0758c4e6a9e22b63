// The last line of .ci/run. Arguments: number of failed checks; then for each run of vitest its exit code and its JSON
// report. A test file that could not be loaded has no tests that failed: it counts as one. So does a failing run that
// reports nothing failed, or nothing at all.
import { readFileSync } from 'node:fs';

const outcomes = {
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  pending: 'skipped',
  todo: 'skipped',
  disabled: 'skipped',
};

function countRun(exitCode, file) {
  const count = { passed: 0, failed: 0, skipped: 0 };
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
  return count;
}

const [failedChecks, ...runs] = process.argv.slice(2);
const total = { passed: 0, failed: Number(failedChecks), skipped: 0 };
for (let index = 0; index < runs.length; index += 2) {
  for (const [outcome, count] of Object.entries(countRun(runs[index], runs[index + 1]))) total[outcome] += count;
}
if (total.skipped > 0) console.log(`${total.skipped} skipped, each with its reason above`);
console.log(`${total.passed} passed, ${total.failed} failed`);
