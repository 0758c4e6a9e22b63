import { createTopics, deleteTopics, withAdmin } from '@pipeline/cli';
import { topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import type { World } from '../world/world.ts';
import { aMessage, landOnly, pushMany, rejectionsOf, statusesOf } from './landingPosts.ts';

const topic = topics.commercetoolsNotifications;
/** Kafka's number for the configuration of a topic. */
const OF_TOPIC = 2;
/** Kafka deletes topics when it comes to it. */
const isThere = ({ target, prefix }: World): Promise<boolean> =>
  withAdmin(target, async (admin) => (await admin.listTopics()).includes(`${prefix}${topic.name}`));

const limitTo = ({ target, prefix }: World, bytes: number): Promise<unknown> =>
  withAdmin(target, (admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: OF_TOPIC,
          name: `${prefix}${topic.name}`,
          configEntries: [{ name: 'max.message.bytes', value: String(bytes) }],
        },
      ],
    }),
  );

export const topicRefuses = defineRow({
  row: 19,
  title:
    'the topic is missing, or takes no record of that size → 503 and not ready, 503; never 200; both mend without a restart',
  level: 'process',
  invariants: ['I6', 'I11'],
  ci: { orders: 0, times: 10 },
  full: { orders: 0, times: 200 },
  atLeast: { withoutTopic: 10, tooLarge: 10, landed: 30 },
  async run(world, { times }) {
    await deleteTopics({ ...world.target, topics: [topic] });
    await world.until('the topic is gone', async () => !(await isThere(world)));
    const ingest = await world.start('ingest-ct', { settings: landOnly, waits: false });
    await world.until('it listens', async () => (await ingest.readiness()) !== 0);
    const without = await pushMany(world, ingest, times);
    world.claim('I6', 'answers without the topic', [503], statusesOf(without));
    world.claim('I11', 'readiness without the topic', 503, await ingest.readiness());
    const said = await (await fetch(`${ingest.opsUrl}/readyz`)).text();
    world.claim('I11', 'it says which', true, said.includes(`${world.prefix}${topic.name}`));

    await createTopics(world.target);
    await ingest.untilReady();
    await world.until('it lands', async () => statusesOf(await pushMany(world, ingest, 1))[0] === 200);
    const found = await pushMany(world, ingest, times);
    world.claim('I6', 'answers when it is there', [200], statusesOf(found));

    await limitTo(world, 20_000);
    const large = JSON.stringify(aMessage({ padding: 'x'.repeat(100_000) }));
    const [refused, small] = await Promise.all([
      pushMany(world, ingest, times, { body: large }),
      pushMany(world, ingest, times),
    ]);
    world.claim('I6', 'answers to what the topic does not take', [503], statusesOf(refused));
    world.claim('I1', 'answers to others meanwhile', [200], statusesOf(small));
    await limitTo(world, topic.maxMessageBytes);
    const raised = await pushMany(world, ingest, times, { body: large });
    world.claim('I1', 'answers when the limit is raised', [200], statusesOf(raised));
    const { 'topic-too-small': tooLarge = 0 } = await rejectionsOf(ingest);
    return { withoutTopic: without.length, tooLarge, landed: found.length + small.length + raised.length };
  },
});
