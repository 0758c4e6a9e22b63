import { setTimeout as sleep } from 'node:timers/promises';
import { type FacilityEntry, topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import type { World } from '../world/world.ts';
import {
  changeChannel,
  claimFacilities,
  createHearing,
  kinds,
  openChannels,
  readFacilities,
  type ShopChannel,
} from './channels.ts';

const FACILITIES = '/api/facilities';

export const killedBeforeTheEntry = defineRow({
  row: 104,
  title:
    'kill -9 facility-sync: a facility is made, that is not on record, and channels change meanwhile → one facility each, as the channel is at last',
  level: 'process',
  invariants: ['I4', 'I5'],
  ci: { orders: 25 },
  full: { orders: 1_000 },
  atLeast: { channels: 25, kills: 1, madeWithoutRecord: 1 },
  async run(world, { orders: count }) {
    const failpoint = `facility.afterPost:kill@${world.random.between(1, 8)}`;
    const [dying] = await Promise.all([
      world.start('facility-sync', { failpoint }),
      world.start('ingest-ct', { channels: true }),
    ]);
    const hearing = createHearing(world);
    const channels = await openChannels(world, 'store', count);
    const [{ signal }] = await Promise.all([dying.ended, hearing.untilTold(count)]);
    const madeWithoutRecord = (await countMade(world, channels)) - (await countOnRecord(world));
    const changed = await changeEach(world, channels);
    await Promise.all([world.start('facility-sync'), world.forget(dying)]);
    await hearing.untilTold(2 * count);
    await world.untilRead('facility-sync');
    await claimFacilities(world, changed);
    return { channels: count, kills: signal === 'SIGKILL' ? 1 : 0, madeWithoutRecord };
  },
});

export const answersLostWhileChannelsChange = defineRow({
  row: 105,
  title:
    'fulfillmenttools answers 503 and too late, also after the effect, while channels are made, changed and deleted → one facility each, as the channel is at last',
  level: 'process',
  invariants: ['I4', 'I5'],
  ci: { orders: 30, lastsMs: 2_000 },
  full: { orders: 500, lastsMs: 60_000 },
  atLeast: { channels: 30, failures: 5, lost: 3 },
  async run(world, { orders: count, lastsMs }) {
    await Promise.all([world.start('facility-sync'), world.start('ingest-ct', { channels: true })]);
    const hearing = createHearing(world);
    const half = count / 2;
    const known = await openChannels(world, 'old', half);
    await hearing.untilTold(half);
    await world.untilRead('facility-sync');
    await spoil(world, half);
    const made = await openChannels(world, 'new', half);
    await hearing.untilTold(count);
    const changed = await changeEach(world, [...known, ...made]);
    await sleep(lastsMs);
    const failures = (await world.fulfillmenttools.answers()).get(503) ?? 0;
    await world.mend('fulfillmenttools');
    await hearing.untilTold(2 * count);
    await world.untilRead('facility-sync');
    await claimFacilities(world, changed);
    return { channels: count, failures, lost: await countLost(world) };
  },
});

export const madeLate = defineRow({
  row: 106,
  title:
    'a request to make a facility has its effect after its timeout, and the channel gets another key meanwhile → one facility each',
  level: 'process',
  invariants: ['I4', 'I5'],
  ci: { orders: 6, lastsMs: 1_900 },
  full: { orders: 60, lastsMs: 1_900 },
  atLeast: { channels: 6, late: 3 },
  async run(world, { orders: count, lastsMs }) {
    await Promise.all([world.start('facility-sync'), world.start('ingest-ct', { channels: true })]);
    const hearing = createHearing(world);
    await openChannels(world, 'other', 1);
    await hearing.untilTold(1);
    await world.untilRead('facility-sync');
    await world.spoil('fulfillmenttools', {
      ...{ method: 'POST', route: FACILITIES, when: 'late', delayMs: lastsMs },
      count: world.random.between(count / 2, count),
    });
    const channels = await openChannels(world, 'new', count);
    await hearing.untilTold(1 + count);
    const changed: ShopChannel[] = [];
    for (const channel of channels) changed.push(await changeChannel(world, channel, 'keyed'));
    await hearing.untilTold(1 + 2 * count);
    await world.untilRead('facility-sync');
    // Whoever did not wait for them has read everything before they have their effect.
    await sleep(lastsMs);
    const late = await countLost(world);
    await claimFacilities(world, changed);
    return { channels: count, late };
  },
});

/** Each kind of change as often as the others. */
async function changeEach(world: World, channels: readonly ShopChannel[]): Promise<readonly ShopChannel[]> {
  const first = world.random.between(0, kinds.length - 1);
  const changed: ShopChannel[] = [];
  for (const [index, channel] of channels.entries()) {
    const kind = kinds[(first + index) % kinds.length] ?? 'named';
    changed.push(await changeChannel(world, channel, kind));
  }
  return changed;
}

/** Answers of both kinds of writes are lost after the effect, requests come late, and most of what is left is refused. */
async function spoil(world: World, count: number): Promise<void> {
  const times = Math.ceil(count / 5);
  const chance = () => 0.3 + 0.6 * world.random.next();
  for (const write of [
    { method: 'POST', route: FACILITIES },
    { method: 'PATCH', route: `${FACILITIES}/{facilityId}` },
  ])
    for (const how of [
      { when: 'after', status: 503 },
      { when: 'after', action: 'reset' },
      { when: 'after', delayMs: 1_300 },
      { when: 'late', delayMs: 1_300 },
    ] as const)
      await world.spoil('fulfillmenttools', { ...write, ...how, count: times, probability: chance() });
  await world.spoil('fulfillmenttools', { route: `${FACILITIES}*`, status: 503, probability: 0.6 });
}

async function countMade(world: World, channels: readonly ShopChannel[]): Promise<number> {
  const facilities = await readFacilities(world);
  return channels.filter(({ channel }) => facilities.has(channel.id)).length;
}

async function countOnRecord(world: World): Promise<number> {
  const made = new Set<string>();
  await world.kafka.eachMessage(topics.fulfillmentFacilities.name, async ({ value }) => {
    const entry = value && ((await world.codec.decode(topics.fulfillmentFacilities, value)) as FacilityEntry);
    if (entry?.facilityId) made.add(entry.channelId);
  });
  return made.size;
}

/** Requests that had their effect, and an answer that does not say so. */
async function countLost(world: World): Promise<number> {
  const requests = await world.requests('fulfillmenttools');
  return requests.filter(
    ({ path, effect, status }) => effect && path.startsWith(FACILITIES) && (status < 200 || status >= 300),
  ).length;
}
