import {
  createFulfillmenttoolsClient,
  createFulfillmenttoolsReads,
  createPasswordTokenSource,
  notificationKey,
} from '@pipeline/provider-fulfillmenttools';
import { topics } from '@pipeline/schemas';
import {
  checkKafkaSecurity,
  createLandingHooks,
  createStreamService,
  runWithSettings,
  type StreamService,
} from '@pipeline/service-kit';
import { type Settings, settings } from './config.ts';
import { createPublishFulfillmentEvent } from './handlers/publishFulfillmentEvent.ts';
import { createFulfillmenttoolsLanding } from './landing.ts';
import { createLinks } from './links.ts';
import { codecTopics, normaliseTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

await runWithSettings({ definitions: settings, check: checkKafkaSecurity, run });

async function run(config: Settings): Promise<void> {
  const service = await createStreamService({
    name: 'ingest-fft',
    version: manifest.version,
    settings: config,
    topics: codecTopics,
  });
  if (config.ROLES.includes('land')) await land(service, config);
  if (config.ROLES.includes('normalise')) normalise(service, config);
}

async function land({ producer, identity, shutdown, logger, metrics }: StreamService, config: Settings): Promise<void> {
  const topic = `${config.TOPIC_PREFIX}${topics.fulfillmenttoolsNotifications.name}`;
  const server = await createFulfillmenttoolsLanding({
    host: config.HOST,
    port: config.PORT,
    secret: config.FFT_WEBHOOK_SECRET ?? '',
    keyOf: notificationKey,
    publish: (message) => producer.send([{ topic, ...message }]),
    producer: identity,
    hooks: createLandingHooks({ metrics, logger, source: 'fulfillmenttools' }),
  });
  shutdown.on('stop', 'landing', () => server.close());
  logger.info('landing notifications', { url: server.url, topic });
}

function normalise(service: StreamService, config: Settings): void {
  const client = createFulfillmenttoolsClient({
    baseUrl: config.FFT_BASE_URL ?? '',
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    connections: config.CONCURRENCY,
    tokenSource: createPasswordTokenSource({
      apiKey: config.FFT_API_KEY ?? '',
      user: config.FFT_API_USER ?? '',
      password: config.FFT_API_PASSWORD ?? '',
      signInUrl: config.FFT_SIGN_IN_URL,
      tokenUrl: config.FFT_TOKEN_URL,
    }),
  });
  service.shutdown.on('close', 'fulfillmenttools client', () => client.close());
  const { metrics } = service;
  const links = createLinks();
  const handler = createPublishFulfillmentEvent({
    reads: createFulfillmenttoolsReads({ client }),
    links,
    projectKey: config.CTP_PROJECT_KEY ?? '',
    instance: config.INSTANCE,
    waitMs: config.CORRELATION_WAIT_MS,
    byTenantOrderId: config.CORRELATION_TENANT_ORDER_ID === 'order-number',
    producer: service.identity,
    observer: {
      ignored: (reason) => metrics.notificationsIgnored.inc({ source: 'fulfillmenttools', reason }),
      foreign: () => metrics.eventsForeign.inc(),
      held: (change) => metrics.eventsHeld.inc(change),
    },
  });
  service.run(normaliseTopology(handler, links.put), { settings: config });
}
