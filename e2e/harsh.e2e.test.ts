import { createLivesLived, followOrders, type Placed, placeOrders, replayAll } from '@pipeline/sandbox';
import { describe, expect, it } from 'vitest';
import { withSandbox } from './withSandbox.ts';

const COUNT = 40;
/**
 * It once ended with a handover that was taken back and stayed Delivered, and without load units that two tokens in a
 * row were refused for.
 */
const SEED = 1;
/** A quarter of it on an idle machine. */
const TIMEOUT_MS = 180_000;

describe('vendors that do whatever they do not rule out', () => {
  it('bring every order where its life says, once and with nothing buried, and a replay changes nothing', async () => {
    await withSandbox({ harshSeed: SEED, uniqueness: false }, async (sandbox) => {
      const goal = createLivesLived(sandbox, SEED);
      const onPlaced = (order: Placed) => goal.onPlaced?.(order);
      const placed = await placeOrders(sandbox, { count: COUNT, perSecond: 20, run: `H${SEED}`, onPlaced });
      const ids = new Set(placed.map(({ id }) => id));
      const deadline = Date.now() + TIMEOUT_MS;
      const until = async () => Date.now() > deadline || (await goal.isReached([], ids));
      await followOrders(sandbox, { onChange: () => undefined, until });
      // First what says why.
      expect(await goal.describeMissing([], ids)).toEqual([]);
      const result = await goal.count(ids);
      expect(goal.problems(result, COUNT)).toEqual([]);
      expect(Object.keys(result.lives).length).toBeGreaterThan(20);
      const replay = await replayAll(sandbox, { groupPrefix: `${sandbox.topicPrefix}again-`, timeoutMs: 60_000 });
      expect(replay).toEqual({ posts: 0, updates: 0 });
    });
  });
});
