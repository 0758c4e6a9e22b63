import type { Check } from './history.ts';

/** I10: whoever is told to stop ends by itself, in time, with 0. */
export const bounded: Check = ({ stopped }) =>
  stopped.flatMap(({ member, code, stopMs, graceMs }) =>
    code === 0 && stopMs !== null && stopMs <= graceMs
      ? []
      : [
          {
            invariant: 'I10',
            expected: `${member} ends with 0 within ${graceMs} ms after SIGTERM`,
            found: `${code === null ? 'ended by a signal' : `exit code ${code}`} after ${stopMs ?? 0} ms`,
          },
        ],
  );
