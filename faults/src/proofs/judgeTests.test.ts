import { expect, it } from 'vitest';
import { defineRow, type TestRow } from '../row.ts';
import { judgeTests, type TestOutcome } from './judgeTests.ts';

const row: TestRow = defineRow({
  row: 31,
  title: 'breaker',
  level: 'unit',
  invariants: ['I1'],
  tests: [{ file: 'a.test.ts', name: 'opens' }],
});
const ran = (more: Partial<TestOutcome> = {}): TestOutcome => ({
  ...{ file: 'a.test.ts', name: 'a breaker opens', status: 'passed', ms: 5 },
  ...more,
});
const judge = (...outcomes: TestOutcome[]) => judgeTests([row], outcomes)[0];

it('holds when a test of that name ran and passed', () => {
  expect(judge(ran())).toEqual({ row, passed: 1, ms: 5, problem: null });
});

it.each([
  ['nothing ran', []],
  ['it ran in another file', [ran({ file: 'b.test.ts' })]],
  ['another one ran', [ran({ name: 'a breaker closes' })]],
  ['it was skipped', [ran({ status: 'skipped' })]],
  ['it is yet to be written', [ran({ status: 'todo' })]],
])('does not hold when %s', (_, outcomes) => {
  expect(judge(...outcomes)?.problem).toBe('no test "opens" ran in a.test.ts');
});

it('does not hold when one of several of that name failed', () => {
  expect(judge(ran(), ran({ name: 'a breaker opens twice', status: 'failed' }))?.problem).toContain('ended as failed');
});
