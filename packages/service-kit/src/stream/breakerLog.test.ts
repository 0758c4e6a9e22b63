import { createBreaker, PipelineError } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { createLogger } from '../logging/logger.ts';
import { createBreakerLog } from './breakerLog.ts';

test('an outage is one warning and one line at its end, however many probes fail meanwhile', async () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const changed = createBreakerLog(createLogger({ service: 'router', version: '1', level: 'info', destination }));
  let time = 0;
  const breaker = createBreaker({
    target: 'shop',
    failureThreshold: 2,
    now: () => time,
    onChange: (state) => changed('shop', state),
  });
  const fail = () => Promise.reject(new PipelineError('transient', 'reset', 'Reset.'));
  for (let call = 0; call < 20; call += 1) {
    await breaker.run(fail).catch(() => undefined);
    time += 10_000;
  }
  time += 60_000;
  await breaker.run(() => Promise.resolve());
  expect(lines).toMatchObject([
    { level: 'warn', target: 'shop', status: 'open' },
    { level: 'info', target: 'shop', status: 'closed' },
  ]);
});

test('the next outage, and that of another vendor, is said again', () => {
  const lines: string[] = [];
  const note = (level: string) => (_: string, entry?: { target?: unknown }) =>
    void lines.push(`${level} ${String(entry?.target)}`);
  const changed = createBreakerLog({ debug: note('debug'), info: note('info'), warn: note('warn') });
  changed('shop', 'open');
  changed('provider', 'open');
  changed('shop', 'closed');
  changed('shop', 'open');
  expect(lines).toEqual(['warn shop', 'warn provider', 'info shop', 'warn shop']);
});
