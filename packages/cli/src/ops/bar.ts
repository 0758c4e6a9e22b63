import { describeDuration } from './duration.ts';
import { createTiming } from './progress.ts';

const WIDTH = 20;

/** `[#####---------------]  25 %  5000 of 20000 sent, 50/s, 5 min left` */
export function describeBar({ done, total, elapsedMs }: { done: number; total: number; elapsedMs: number }): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const bar = '#'.repeat(Math.floor(share * WIDTH)).padEnd(WIDTH, '-');
  const percent = String(Math.floor(share * 100)).padStart(3);
  const rate = elapsedMs > 0 ? (done * 1_000) / elapsedMs : 0;
  const left = rate > 0 ? `, ${describeDuration((Math.max(0, total - done) * 1_000) / rate)} left` : '';
  return `[${bar}] ${percent} %  ${done} of ${total} sent, ${rate.toFixed(rate < 10 ? 1 : 0)}/s${left}`;
}

/** Says every few seconds how far it is. */
export function createBar(total: number, say: (line: string) => void, now = performance.now.bind(performance)) {
  const startedAt = now();
  const isTime = createTiming(now);
  return (done: number): void => {
    if (isTime()) say(describeBar({ done, total, elapsedMs: now() - startedAt }));
  };
}
