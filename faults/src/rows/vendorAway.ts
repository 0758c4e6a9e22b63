import { setTimeout as sleep } from 'node:timers/promises';
import { defineRow } from '../row.ts';
import { countPosts, onPosts } from './requests.ts';

export const blackHole = defineRow({
  row: 83,
  title:
    'fulfillmenttools swallows everything without a reset, the broker is reachable → timeouts, breaker, the shop is served',
  level: 'process',
  invariants: ['I10', 'I11'],
  ci: { orders: 30, lastsMs: 3_000 },
  full: { orders: 1_000, lastsMs: 60_000 },
  atLeast: { orders: 36, breakerOpen: 1, waiting: 30 },
  async run(world, { orders, lastsMs }) {
    const [router] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.place(6);
    await world.untilPlaced();
    router.lines.fulfillmenttools.set('black-hole');
    await world.place(orders);
    // What goes to the other side of the pipeline is not held up.
    await world.untilRead('ingest-ct');
    const state = async () => (await router.metrics()).by('pipeline_breaker_state', 'target')['fulfillmenttools'] ?? 0;
    await world.until('the breaker of fulfillmenttools is open', async () => (await state()) > 0);
    await sleep(lastsMs / 3);
    world.claim('I11', 'readiness while a vendor is away', 200, await router.readiness());
    world.claim('I10', 'orders at fulfillmenttools meanwhile', 6, await world.providerOrders());
    const waiting = await world.kafka.lag(`${world.prefix}order-router`, ['commerce.orders.v1']);
    router.lines.fulfillmenttools.set('open');
    await world.untilPlaced();
    world.claim('I1', 'dead letters', 0, await world.kafka.deadLetters());
    return { breakerOpen: 1, waiting };
  },
});

export const providerFails = defineRow({
  row: 30,
  title: 'fulfillmenttools answers 500 for a while → backoff, no dead letter, everything drains afterwards',
  level: 'process',
  invariants: ['I1', 'I5'],
  ci: { orders: 30, lastsMs: 2_000 },
  full: { orders: 1_000, lastsMs: 120_000 },
  atLeast: { orders: 30, failures: 5 },
  async run(world, { orders, lastsMs }) {
    await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.spoil('fulfillmenttools', { route: '/api/*', status: 500 });
    await world.place(orders);
    await sleep(lastsMs);
    const failures = (await world.fulfillmenttools.answers()).get(500) ?? 0;
    await world.mend('fulfillmenttools');
    await world.untilPlaced();
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { failures };
  },
});

export const tokensAreNotToBeHad = defineRow({
  row: 36,
  title: 'no token is to be had: nothing while the present one is good; then everything waits, no dead letter',
  level: 'process',
  invariants: ['I5', 'I11'],
  ci: { orders: 30, lastsMs: 2_000 },
  full: { orders: 1_000, lastsMs: 300_000 },
  atLeast: { orders: 30, asked: 1 },
  async run(world, { orders, lastsMs }) {
    const [router] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.place(orders / 3);
    await world.untilPlaced();
    for (const route of ['/v1/token', '/v1/accounts:signInWithPassword'])
      await world.spoil('fulfillmenttools', { route, status: 503 });
    await world.place(orders / 3);
    await world.untilPlaced();
    await world.fulfillmenttools.expireTokens();
    await world.place(orders / 3);
    await sleep(lastsMs);
    world.claim('I11', 'readiness while no token is to be had', 200, await router.readiness());
    world.claim('I8', 'orders made without a token', (2 * orders) / 3, await world.providerOrders());
    const asked = (await world.fulfillmenttools.answers()).get(503) ?? 0;
    await world.mend('fulfillmenttools');
    await world.untilPlaced();
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { asked };
  },
});

export const brokenAnswers = defineRow({
  row: 37,
  title: 'answers are cut, reset, HTML, half a JSON or empty → found out, sent again or adopted, never called poison',
  level: 'process',
  invariants: ['I2', 'I5'],
  ci: { orders: 36 },
  full: { orders: 2_000 },
  atLeast: { orders: 36, struck: 12 },
  async run(world, { orders }) {
    await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    const html = '<html><body><h1>502 Bad Gateway</h1></body></html>';
    const kinds = [
      { action: 'reset', when: 'after' },
      { action: 'reset', when: 'before' },
      { action: 'cutBody', when: 'after' },
      { status: 502, body: html, when: 'before' },
      { status: 502, body: html, when: 'after' },
      { status: 201, body: '{"id":"half', when: 'after' },
      { status: 201, body: '', when: 'after' },
    ] as const;
    const count = Math.max(2, Math.ceil(orders / 15));
    for (const kind of kinds)
      await world.spoil('fulfillmenttools', {
        ...onPosts,
        ...kind,
        count,
        probability: 0.2 + 0.6 * world.random.next(),
      });
    await world.place(orders);
    await world.untilPlaced();
    const struck = await world.fulfillmenttools.struck();
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { struck };
  },
});

export const longerThanTheSession = defineRow({
  row: 56,
  title:
    'requests take longer than the session timeout → the member stays, nothing is done twice, no storm of rebalances',
  level: 'process',
  invariants: ['I7'],
  ci: { orders: 12, lastsMs: 6_500 },
  full: { orders: 64, lastsMs: 60_000 },
  atLeast: { orders: 12, long: 12 },
  settings: { REQUEST_TIMEOUT_MS: '70000' },
  async run(world, { orders, lastsMs }) {
    const [router] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.spoil('fulfillmenttools', { ...onPosts, when: 'before', delayMs: lastsMs });
    await world.place(orders);
    await world.until('all requests are under way', async () => (await countPosts(world)) === orders);
    // A topic that was just made may show its partitions one after another, and each is a reason to join again.
    const assignments = () => router.logged('partitions assigned');
    const before = await assignments();
    await world.untilPlaced(lastsMs + 60_000);
    world.claim('I7', 'requests to make an order', orders, await countPosts(world));
    world.claim('I7', 'assignments while requests are under way', 0, (await assignments()) - before);
    return { long: orders };
  },
});
