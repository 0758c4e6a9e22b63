// The last lines of .ci/run: what failed, by name, and the numbers. Arguments: names of failed checks, with commas
// between; then for each run of vitest its exit code and its JSON report. A test file that could not be loaded has no
// tests that failed: it counts as one. So does a failing run that reports nothing failed, or nothing at all.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const outcomes = {
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  pending: 'skipped',
  todo: 'skipped',
  disabled: 'skipped',
};

const firstLines = (text = 'no message') => text.split('\n').slice(0, 6).join('\n    ').slice(0, 1_000);

function countRun(exitCode, file) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const fail = (what) => {
    count.failed += 1;
    console.log(`failed: ${what}`);
  };
  try {
    for (const { name, status, message, assertionResults } of JSON.parse(readFileSync(file, 'utf8')).testResults) {
      const path = relative(process.cwd(), name);
      const before = count.failed;
      for (const test of assertionResults) {
        const outcome = outcomes[test.status] ?? 'failed';
        if (outcome === 'failed') fail(`${path} > ${test.fullName}: ${firstLines(test.failureMessages?.[0])}`);
        else count[outcome] += 1;
      }
      if (status === 'failed' && count.failed === before) fail(`${path}: ${firstLines(message)}`);
    }
  } catch (error) {
    fail(`no test report: ${error.message}`);
  }
  if (exitCode !== '0' && count.failed === 0) fail(`${file}: exit code ${exitCode}, and no test says why`);
  return count;
}

const [checks, ...runs] = process.argv.slice(2);
const failedChecks = checks.split(',').filter((name) => name !== '');
for (const name of failedChecks) console.log(`failed: check of ${name}`);
const total = { passed: 0, failed: failedChecks.length, skipped: 0 };
for (let index = 0; index < runs.length; index += 2) {
  for (const [outcome, count] of Object.entries(countRun(runs[index], runs[index + 1]))) total[outcome] += count;
}
if (total.skipped > 0) console.log(`${total.skipped} skipped, each with its reason above`);
console.log(`${total.passed} passed, ${total.failed} failed`);
