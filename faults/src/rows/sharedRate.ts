import { defineRow } from '../row.ts';
import { startForwarder, type Forwarder } from '../world/forwarder.ts';
import { POST_ORDER } from './requests.ts';

/** Requests a second of all members together. */
const RATE = 40;
/** Timers of a loaded machine come in heaps. */
const TOLERANCE = 1.25;
const COUNTED = 20;

/** Requests a second, over all that came since then. */
function perSecond(cameAt: readonly number[], from: number): number {
  const times = cameAt.slice(from);
  const ms = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return ((times.length - 1) * 1_000) / Math.max(1, ms);
}

export const sharedRate = defineRow({
  row: 101,
  title:
    'fulfillmenttools answers 429 to one of two routers that share a rate → both together stay below it, that one slows down, neither starves',
  level: 'process',
  invariants: ['I2', 'I8'],
  ci: { orders: 300 },
  full: { orders: 2_000 },
  atLeast: { orders: 300, ofOne: COUNTED, ofOther: COUNTED, refused: 5 },
  // A request waits for its turn under the same deadline.
  settings: { FFT_MAX_RATE: String(RATE), REQUEST_TIMEOUT_MS: '10000' },
  async run(world, { orders }) {
    const isPost = ({ method, url }: { method?: string | undefined; url?: string | undefined }) =>
      method === 'POST' && url === POST_ORDER;
    const forwarders = [
      await startForwarder(world.addresses.fulfillmenttools, isPost),
      await startForwarder(world.addresses.fulfillmenttools, isPost),
    ] as const;
    const [one, other] = forwarders;
    try {
      const start = ({ url: FFT_BASE_URL }: Forwarder) => world.start('order-router', { settings: { FFT_BASE_URL } });
      const routers = [await start(one), await start(other)] as const;
      await world.start('ingest-ct');
      // More than may be sent on, so that there is always something to send.
      const placing = world.place(orders, { perSecond: 1.5 * RATE, confirmedAtOnce: true });
      const came = (least: number) => () => forwarders.every(({ cameAt }) => cameAt.length >= least);
      await world.until('both are at work', came(COUNTED));
      const together = [...one.cameAt, ...other.cameAt].sort((a, b) => a - b);
      world.claim('I8', 'both stay below their rate', true, perSecond(together, 0) < RATE * TOLERANCE);
      const limits = () =>
        Promise.all(
          routers.map(
            async (router) => (await router.metrics()).by('pipeline_rate_limit', 'target')['fulfillmenttools'] ?? 0,
          ),
        );
      one.refuse(0.5);
      await world.until('the one that is refused slows down', async () => {
        const [slow = 0, fast = 0] = await limits();
        return slow > 0 && slow < fast;
      });
      const [ofOne, ofOther] = forwarders.map(({ cameAt }) => cameAt.length) as [number, number];
      await world.until('neither starves', () => one.cameAt.length > ofOne && other.cameAt.length > ofOther);
      one.refuse(0);
      await placing;
      await world.untilPlaced(120_000);
      return { ofOne: one.cameAt.length, ofOther: other.cameAt.length, refused: one.refused };
    } finally {
      await Promise.all(forwarders.map((forwarder) => forwarder.close()));
    }
  },
});
