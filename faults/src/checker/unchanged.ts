import type { Check } from './history.ts';

/** I12: reading everything again changes nothing at either vendor. */
export const unchanged: Check = ({ replays }) =>
  replays.flatMap(({ what, posts, updates }) =>
    posts === 0 && updates === 0
      ? []
      : [
          {
            invariant: 'I12',
            expected: `${what}: no effect at either vendor`,
            found: `${posts} at fulfillmenttools, ${updates} at commercetools`,
          },
        ],
  );
