/**
 * The POST alone through the same engine: no Avro, no mapping, no ledger. What the router loses against it is what those
 * three cost.
 */
import { deadLetterTopics, type Topic, topics } from '@pipeline/schemas';
import {
  createStreamService,
  engineSettings,
  kafkaSettings,
  opsSettings,
  runWithSettings,
} from '@pipeline/service-kit';
import { defineTopology } from '@pipeline/streams';
import { Agent } from 'undici';

const settings = { ...kafkaSettings, ...opsSettings, ...engineSettings };
const url = process.env['POST_URL'] ?? '';
const body = JSON.stringify({ tenantOrderId: 'post-only', filler: 'x'.repeat(Number(process.env['POST_BYTES'])) });
const { _value, ...declared } = topics.commerceOrders;
const source: Topic<Uint8Array> = { ...declared, schema: undefined };

await runWithSettings({
  definitions: settings,
  async run(config) {
    const service = await createStreamService({
      name: 'post-only',
      version: '0',
      settings: config,
      definitions: settings,
      topics: [],
    });
    const agent = new Agent({ connections: config.CONCURRENCY });
    const { origin, pathname } = new URL(url);
    const headers = { 'content-type': 'application/json' };
    service.run(
      defineTopology<Uint8Array>({
        name: 'post-only',
        sources: [source],
        sinks: [],
        deadLetters: deadLetterTopics['order-router'],
        async handler(_messages, context) {
          await context.effect({ name: 'post' }, async ({ signal }) => {
            const answer = await agent.request({ origin, path: pathname, method: 'POST', headers, body, signal });
            await answer.body.text();
          });
          return [];
        },
      }),
      { settings: config },
    );
  },
});
