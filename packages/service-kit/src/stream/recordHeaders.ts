import { randomUUID } from 'node:crypto';
import type { Topic } from '@pipeline/schemas';
import { cloudEventHeaders } from '../cloudEvents.ts';
import { childTraceparent } from '../traceparent.ts';

/**
 * Headers of a record that its handler gave none: entries of state topics and links. They go on with the trace, the
 * origin and the order version of the message that led to them.
 *
 * @param service name of the service, e.g. order-router
 * @param producer name@version
 */
export const createRecordHeaders =
  (service: string, producer: string) =>
  ({ name }: Pick<Topic, 'name'>, from: Readonly<Record<string, string>>): Record<string, string> => ({
    ...cloudEventHeaders({
      id: randomUUID(),
      type: name.replace(/\.v\d+$/, ''),
      source: `/${service}`,
      time: new Date(),
    }),
    'content-type': 'application/avro',
    traceparent: childTraceparent(from['traceparent']),
    origin: from['origin'] ?? 'live',
    producer,
    ...(from['order-version'] === undefined ? {} : { 'order-version': from['order-version'] }),
  });
