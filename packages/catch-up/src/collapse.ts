import type { CaughtUp } from './source.ts';

/** Of what says the same only the last, where it stands. */
export function collapse(notifications: readonly CaughtUp[]): readonly CaughtUp[] {
  const last = new Map(notifications.map((each, index) => [each.collapse, index]));
  return notifications.filter((each, index) => last.get(each.collapse) === index);
}
