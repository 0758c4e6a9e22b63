import type { Check } from './history.ts';

/** I8: vendors are left alone when they asked for it. */
export const polite: Check = ({ quietTimes, requests }) =>
  quietTimes.flatMap(({ vendor, why, method, path, fromMs, toMs, most }) => {
    const found = requests[vendor].filter(
      (request) =>
        request.method === method && path.test(request.path) && request.atMs >= fromMs && request.atMs < toMs,
    );
    if (found.length <= most) return [];
    return [
      {
        invariant: 'I8',
        expected: `${why}: at most ${most} × ${method} ${path.source} at ${vendor} within ${toMs - fromMs} ms`,
        found: String(found.length),
      },
    ];
  });
