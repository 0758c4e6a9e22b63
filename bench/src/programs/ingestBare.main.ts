/**
 * The same landing server without Kafka behind it: what is to be published is forgotten at once. Everything else is the
 * service: settings, endpoints, hooks, metrics, its own connection to Kafka.
 */
import { landNotifications } from '@pipeline/landing';
import { topics } from '@pipeline/schemas';
import { createStreamService, runWithSettings } from '@pipeline/service-kit';
import { checkSettings, settings } from '../../../services/ingest-ct/src/config.ts';
import { createEndpoints } from '../../../services/ingest-ct/src/endpoints.ts';

await runWithSettings({
  definitions: settings,
  check: checkSettings,
  async run(config) {
    const service = await createStreamService({
      name: 'ingest-ct',
      version: '0',
      settings: config,
      definitions: settings,
      topics: [],
    });
    await landNotifications(
      { ...service, producer: { ...service.producer, send: () => Promise.resolve() } },
      {
        source: 'commercetools',
        topic: topics.commercetoolsNotifications,
        settings: config,
        secrets: { CT_PUSH_SECRET: config.CT_PUSH_SECRET },
        endpoints: createEndpoints(config),
      },
    );
  },
});
