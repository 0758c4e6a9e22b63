import { setImmediate } from 'node:timers/promises';

let turn: Promise<void> | undefined;

/**
 * Resolves when the event loop has taken in what the network has brought by now: work that nobody waits for makes room
 * for what frees a place in flight. All who ask in the same turn go on together.
 */
export function nextTurn(): Promise<void> {
  return (turn ??= setImmediate().then(() => {
    turn = undefined;
  }));
}
