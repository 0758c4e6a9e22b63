import type { Violation } from './checker/history.ts';
import type { RowResult } from './runRow.ts';

/** One line for a row, and what is wrong with it below. */
export function describeResult(result: RowResult): string[] {
  const { row, title, level, seconds, passed, work, violations, problem } = result;
  const done = Object.entries(work).map(([name, count]) => `${name} ${count}`);
  return [
    `${passed ? 'passed' : 'FAILED'}  ${String(row).padStart(3)}  ${level.padEnd(7)}  ${seconds.toFixed(1).padStart(6)} s  ${title}`,
    `${' '.repeat(31)}${done.join(', ')}`,
    ...(problem === null ? [] : [`        ${problem}`]),
    ...violations.slice(0, SHOWN).map((violation) => `        ${describeViolation(violation)}`),
    ...(violations.length > SHOWN ? [`        and ${violations.length - SHOWN} violations more`] : []),
  ];
}

const SHOWN = 20;

export function describeViolation({ invariant, order, topic, partition, offset, expected, found }: Violation): string {
  const where = [
    ...(order === undefined ? [] : [`order ${order}`]),
    ...(topic === undefined ? [] : [partition === undefined ? topic : `${topic}/${partition}/${offset}`]),
  ];
  return `${invariant}${where.length > 0 ? ` ${where.join(', ')}` : ''}: expected ${expected}; found ${found}`;
}
