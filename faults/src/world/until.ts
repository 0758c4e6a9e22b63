import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS = 40_000;

/** Looks until `holds` says so. Rejects with what it waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs: number = WAIT_MS,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`After ${withinMs / 1_000} s this is not so: ${what}`);
    await sleep(50);
  }
}
