import { once } from 'node:events';
import { topics } from '@pipeline/schemas';
import { afterEach, expect, test } from 'vitest';
import { startPubSubServer } from '../../../packages/pull/src/testing/pubSubServer.ts';
import { withTopics } from '../../../sandbox/src/testing/index.ts';
import { killPrograms, landed, startService } from '../../ingest-ct/src/testing/ingestProgram.ts';

afterEach(killPrograms);

const event = (id: string) =>
  JSON.stringify({ event: 'PICK_JOB_CREATED', eventId: id, payload: { id: `job-${id}`, processId: `process-${id}` } });

test('what fulfillmenttools publishes lands under the key of its process, and is acknowledged then', async () => {
  const pubsub = await startPubSubServer();
  try {
    await withTopics({ topics: [topics.fulfillmenttoolsNotifications] }, async (kafka) => {
      const bodies = [event('a'), event('b'), '{"cut'];
      pubsub.publish(...bodies);
      const { program, opsUrl } = await startService(
        kafka,
        {
          ROLES: 'pull',
          FFT_PULL_TRANSPORTS: 'pubsub',
          PUBSUB_SUBSCRIPTION: 'projects/shop/subscriptions/events',
          PUBSUB_ENDPOINT: pubsub.endpoint,
          METADATA_SERVER_DETECTION: 'none',
        },
        'pulling notifications',
        new URL('./main.ts', import.meta.url),
      );
      await expect.poll(() => [...pubsub.acknowledged].sort(), { timeout: 50_000 }).toEqual([...bodies].sort());
      const messages = await landed(kafka, topics.fulfillmenttoolsNotifications);
      expect(messages.map(({ value }) => value).sort()).toEqual([...bodies].sort());
      expect(messages.map(({ key }) => key)).toEqual(expect.arrayContaining(['process-a', 'process-b', null]));
      await expect.poll(async () => (await fetch(`${opsUrl}/readyz`)).status, { timeout: 30_000 }).toBe(200);
      const ended = once(program, 'exit');
      program.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    });
  } finally {
    pubsub.close();
  }
});
