import {
  createCommercetoolsClient,
  createCommercetoolsPlatform,
  notificationKey,
} from '@pipeline/platform-commercetools';
import { topics } from '@pipeline/schemas';
import {
  checkKafkaSecurity,
  createLandingHooks,
  createStreamService,
  runWithSettings,
  type StreamService,
} from '@pipeline/service-kit';
import { type Settings, settings } from './config.ts';
import { createPublishOrder } from './handlers/publishOrder.ts';
import { createCommercetoolsLanding } from './landing.ts';
import { codecTopics, normaliseTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

await runWithSettings({ definitions: settings, check: checkKafkaSecurity, run });

async function run(config: Settings): Promise<void> {
  const service = await createStreamService({
    name: 'ingest-ct',
    version: manifest.version,
    settings: config,
    topics: codecTopics,
  });
  if (config.ROLES.includes('land')) await land(service, config);
  if (config.ROLES.includes('normalise')) normalise(service, config);
}

async function land({ producer, identity, shutdown, logger, metrics }: StreamService, config: Settings): Promise<void> {
  const topic = `${config.TOPIC_PREFIX}${topics.commercetoolsNotifications.name}`;
  const server = await createCommercetoolsLanding({
    host: config.HOST,
    port: config.PORT,
    secret: config.CT_PUSH_SECRET ?? '',
    keyOf: notificationKey,
    publish: (message) => producer.send([{ topic, ...message }]),
    producer: identity,
    hooks: createLandingHooks({ metrics, logger, source: 'commercetools' }),
  });
  shutdown.on('stop', 'landing', () => server.close());
  logger.info('landing notifications', { url: server.url, topic });
}

function normalise(service: StreamService, config: Settings): void {
  const { CTP_PROJECT_KEY: projectKey = '', CTP_CLIENT_ID: clientId = '' } = config;
  const commercetools = createCommercetoolsClient({
    projectKey,
    clientId,
    clientSecret: config.CTP_CLIENT_SECRET ?? '',
    apiUrl: config.CTP_API_URL ?? '',
    authUrl: config.CTP_AUTH_URL ?? '',
    scope: config.CTP_SCOPE,
  });
  service.shutdown.on('close', 'commercetools client', () => commercetools.close());
  const handler = createPublishOrder({
    platform: createCommercetoolsPlatform({ api: commercetools.api }),
    projectKey,
    instance: config.INSTANCE,
    ourClientIds: [clientId],
    producer: service.identity,
    onIgnored: (reason) => service.metrics.notificationsIgnored.inc({ source: 'commercetools', reason }),
  });
  service.run(normaliseTopology(handler), { settings: config });
}
