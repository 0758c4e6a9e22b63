import {
  createEventGridTransport,
  createSecretTransport,
  createSnsTransport,
  type Endpoint,
  type EndpointParts,
  type PushTransport,
  toPubSubTransport,
} from '@pipeline/landing';
import { splitPush } from '@pipeline/platform-commercetools';
import { given } from '@pipeline/service-kit';
import type { Settings } from './config.ts';

export type TransportName = Settings['CT_PUSH_TRANSPORTS'][number];

/** Where a push that cannot set headers carries the secret. */
const queryParameter = 'token';

interface Way extends Pick<Endpoint, 'path' | 'answerTimeoutMs'> {
  readonly create: (settings: Settings, parts: EndpointParts) => PushTransport;
}

/**
 * The ways on which notifications of commercetools arrive, each with a path of its own: who knows the proof for one may
 * not choose another. One decoder stands behind all of them.
 */
const transports: Readonly<Record<TransportName, Way>> = {
  bare: {
    path: '/commercetools',
    create: (_settings, { secrets }) => createSecretTransport({ secrets, queryParameter }),
  },
  pubsub: {
    path: '/commercetools/pubsub',
    create: toPubSubTransport,
  },
  sns: {
    path: '/commercetools/sns',
    create: (settings, { observer }) =>
      createSnsTransport({ topicArn: given(settings, 'SNS_TOPIC_ARN'), endpoint: settings.SNS_ENDPOINT, observer }),
  },
  eventbridge: {
    path: '/commercetools/eventbridge',
    // An API destination has to answer within 5 s: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
    answerTimeoutMs: 4_000,
    create: (settings, { secrets }) => createSecretTransport({ secrets, header: settings.CT_PUSH_SECRET_HEADER }),
  },
  eventgrid: {
    path: '/commercetools/eventgrid',
    create: (settings, { secrets }) =>
      createEventGridTransport({
        secrets,
        header: settings.CT_PUSH_SECRET_HEADER,
        queryParameter,
        origins: settings.EVENTGRID_ORIGINS.map((origin) => origin.toLowerCase()),
      }),
  },
  connect: {
    path: '/commercetools/connect',
    create: (_settings, { secrets }) => createSecretTransport({ secrets, queryParameter }),
  },
};

/** The endpoints of the transports that the settings choose. */
export const createEndpoints =
  (settings: Settings) =>
  (parts: EndpointParts): readonly Endpoint[] =>
    [...new Set(settings.CT_PUSH_TRANSPORTS)].map((name) => {
      const { create, ...way } = transports[name];
      return { ...way, transport: create(settings, parts), toRecords: splitPush };
    });
