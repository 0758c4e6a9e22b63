import { expect, test } from 'vitest';
import { parseMetrics } from './metrics.ts';

const metrics = parseMetrics(`# HELP retries_total Attempts after the first, by error code.
# TYPE retries_total counter
retries_total{service="a",code="no-answer"} 4
retries_total{service="b",code="no-answer"} 2
retries_total{service="a",code="http-504"} 0
retries_total_other{service="a",code="else"} 9
held 3
`);

test('sums a metric over its labels, and takes none for another that begins like it', () => {
  expect([metrics.sum('retries_total'), metrics.sum('held'), metrics.sum('unknown')]).toEqual([6, 3, 0]);
});

test('counts by one label, without those that never happened', () => {
  expect(metrics.by('retries_total', 'code')).toEqual({ 'no-answer': 6 });
  expect(metrics.by('held', 'code')).toEqual({});
});
