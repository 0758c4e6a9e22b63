import { setImmediate } from 'node:timers';

const waiting: (() => void)[] = [];

/**
 * Resolves when the event loop has taken in what the network has brought by now: work that nobody waits for makes room
 * for what frees a place in flight. Who asks gets a turn of its own, in the order of asking. If those of a burst went on
 * together, whose answer comes next would wait for all of them (measured: 20 of 120 ms of a call at 256 in flight).
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(goOn);
}
