import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import type { World } from '../world/world.ts';
import { aMessage, copiesIn, pushMany, repeatedIn, rssMib, statusesOf } from './landingPosts.ts';

/** Senders give up after ten seconds. */
const SENDER_PATIENCE_MS = 10_000;
/** What may come in hand while nothing can be written: far less than what is pushed. */
const MOST_GROWTH_MIB = 150;

export const brokerDown = defineRow({
  row: 1,
  title:
    'the broker is away when a notification comes → 503 with Retry-After within ten seconds, nothing is queued for long, the sender repeats it',
  level: 'process',
  invariants: ['I1', 'I6', 'I10'],
  ci: { orders: 10, lastsMs: 1_000 },
  full: { orders: 500, lastsMs: 60_000 },
  atLeast: { orders: 10, refused: 200, landedAgain: 5 },
  async run(world, { orders, lastsMs }) {
    const [ingest] = await Promise.all([world.start('ingest-ct'), world.start('order-router')]);
    await world.place(orders / 2);
    const before = await rssMib(ingest);
    ingest.lines.broker.set('cut');
    const ofNobody = { resource: { typeId: 'product', id: 'p' }, padding: 'x'.repeat(15_000) };
    const body = JSON.stringify(aMessage(ofNobody));
    const pushing = pushMany(world, ingest, 200, { body });
    const placed = await world.place(orders / 2);
    const answers = await pushing;
    world.claim('I6', 'answers while the broker is away', [503], statusesOf(answers));
    const isKind = answers.every(({ headers }) => headers['retry-after'] === '1');
    world.claim('I6', 'each has Retry-After', true, isKind);
    world.claim(
      'I6',
      'each comes in time',
      true,
      answers.every(({ ms }) => ms < SENDER_PATIENCE_MS),
    );
    await sleep(lastsMs);
    world.claim('I10', 'memory stays', true, (await rssMib(ingest)) - before < MOST_GROWTH_MIB);
    ingest.lines.broker.set('open');
    await world.untilPlaced();
    const again = await pushMany(world, ingest, 5, { body });
    world.claim('I6', 'answers when it is back', [200], statusesOf(again));
    return { refused: answers.length, landedAgain: again.length, placedMeanwhile: placed.length };
  },
});

export const lateAcknowledgement = defineRow({
  row: 2,
  title:
    'the broker has it, its acknowledgement comes too late → 503 before the sender gives up; both landings are one effect',
  level: 'process',
  invariants: ['I2', 'I6'],
  ci: { orders: 10 },
  full: { orders: 500 },
  atLeast: { orders: 10, refused: 5, landedTwice: 3 },
  async run(world, { orders }) {
    const [ingest] = await Promise.all([world.start('ingest-ct'), world.start('order-router')]);
    ingest.lines.broker.set('no-answers');
    await world.place(orders);
    const answered = () => refusals(world).length + acknowledged(world);
    await world.until('the first were answered', () => answered() >= Math.min(5, orders), 20_000);
    world.claim('I6', 'acknowledged without an acknowledgement', 0, acknowledged(world));
    ingest.lines.broker.set('open');
    await world.untilPlaced();
    const landed = await copiesIn(world, topics.commercetoolsNotifications);
    return { refused: refusals(world).length, landedTwice: repeatedIn(landed) };
  },
});

const refusals = ({ relay }: World) => relay.deliveries.filter(({ status }) => status === 503);
const acknowledged = ({ relay }: World): number =>
  relay.deliveries.filter(({ body, status }) => status === 200 && isAboutOrder(body)).length;

/** The test notification of the subscription is not. */
const isAboutOrder = (body: Buffer): boolean => {
  const { message } = JSON.parse(body.toString()) as { readonly message: { readonly data: string } };
  return Buffer.from(message.data, 'base64').toString().includes('"typeId":"order"');
};

async function killed(world: World, orders: number, at: string) {
  const nth = world.random.between(2, Math.max(2, Math.floor(orders / 2)));
  const [ingest] = await Promise.all([
    world.start('ingest-ct', { failpoint: `${at}:kill@${nth}` }),
    world.start('order-router'),
  ]);
  await world.place(orders);
  const { signal } = await ingest.ended;
  await world.forget(ingest);
  await world.start('ingest-ct');
  await world.untilPlaced();
  const cut = world.relay.deliveries.filter(({ status }) => status === 0);
  const delivered = (body: Buffer) =>
    world.relay.deliveries.some((delivery) => delivery.status === 200 && delivery.body.equals(body));
  await world.until('what was cut off is delivered', () => cut.every(({ body }) => delivered(body)));
  const landed = await copiesIn(world, topics.commercetoolsNotifications);
  return { kills: signal === 'SIGKILL' ? 1 : 0, cut: cut.length, landedTwice: repeatedIn(landed) };
}

export const killedAfterTheAck = defineRow({
  row: 3,
  title: 'kill -9 ingest: Kafka has it, the sender has no answer → it comes again, two records, one effect',
  level: 'process',
  invariants: ['I1', 'I2'],
  ci: { orders: 20 },
  full: { orders: 1_000 },
  atLeast: { orders: 20, kills: 1, cut: 1, landedTwice: 1 },
  run: (world, { orders }) => killed(world, orders, 'ingest.afterProduce'),
});

export const killedBeforeProduce = defineRow({
  row: 4,
  title: 'kill -9 ingest: read, not handed to Kafka → the connection is reset, it comes again',
  level: 'process',
  invariants: ['I1'],
  ci: { orders: 20 },
  full: { orders: 1_000 },
  atLeast: { orders: 20, kills: 1, cut: 1 },
  run: (world, { orders }) => killed(world, orders, 'ingest.beforeProduce'),
});
