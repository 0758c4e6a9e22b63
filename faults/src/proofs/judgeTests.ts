import type { TestRow } from '../row.ts';

/** What became of one test. */
export interface TestOutcome {
  /** From the root of the repository. */
  readonly file: string;
  /** With the titles of the `describe`s that it stands in. */
  readonly name: string;
  /** passed, failed, or any of those that say that it did not run. */
  readonly status: string;
  readonly ms: number;
}

export interface Proof {
  readonly row: TestRow;
  readonly passed: number;
  readonly ms: number;
  /** null: every test that it names ran and passed. */
  readonly problem: string | null;
}

const notRun = new Set(['pending', 'skipped', 'todo', 'disabled']);

/** A row holds when, for each test that it names, at least one really ran, and none failed. */
export const judgeTests = (rows: readonly TestRow[], outcomes: readonly TestOutcome[]): Proof[] =>
  rows.map((row) => {
    const problems: string[] = [];
    let passed = 0;
    let ms = 0;
    for (const { file, name } of row.tests) {
      const ran = outcomes.filter(
        (outcome) => outcome.file === file && outcome.name.includes(name) && !notRun.has(outcome.status),
      );
      const failed = ran.filter(({ status }) => status !== 'passed');
      ms += ran.reduce((sum, outcome) => sum + outcome.ms, 0);
      passed += ran.length - failed.length;
      if (ran.length === 0) problems.push(`no test "${name}" ran in ${file}`);
      for (const test of failed) problems.push(`"${test.name}" in ${file} ended as ${test.status}`);
    }
    return { row, passed, ms, problem: problems.length === 0 ? null : problems.join('; ') };
  });
