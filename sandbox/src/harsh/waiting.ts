import { topics } from '@pipeline/schemas';
import { readDeadLetters } from '../deadLetters.ts';
import { serviceNames } from '../environment.ts';
import { sources } from '../idle.ts';
import type { TopicMessage } from '../kafkaView.ts';
import { readMetrics } from '../metrics.ts';
import type { Sandbox } from '../sandbox.ts';
import { lookClosely } from './lookClosely.ts';
import { lookAtOrders } from './outcome.ts';

/** Orders that are not as their life says, dead letters, and what is under way; nothing when all is as it has to be. */
export async function describeDiffering(sandbox: Sandbox, ids: ReadonlySet<string>): Promise<string[]> {
  const { orders } = await lookAtOrders(sandbox, ids);
  const differing = (await lookClosely(sandbox, orders)).filter(({ differs }) => differs !== undefined);
  const letters = await readDeadLetters(sandbox.kafka);
  if (differing.length + letters.length === 0) return [];
  return [
    ...(differing.length === 0 ? [] : ['These orders are not as their life says:']),
    ...differing.map(({ order, differs }) => {
      const { life, expected, got } = differs ?? { life: null, expected: null, got: {} };
      const wanted = life === null ? 'to be at fulfillmenttools' : expected === null ? 'an end' : toText(expected);
      return `  ${order.orderNumber ?? order.id} (${order.id})  life ${life ?? '–'}: expected ${wanted}, got ${toText(got)}`;
    }),
    ...(letters.length === 0 ? [] : ['Dead letters:']),
    ...letters.map(({ service, key, code, message }) => `  ${service}, key ${key ?? '–'}: ${code}: ${message}`),
    ...(await describeRest(sandbox)),
  ];
}

const toText = (members: object): string => JSON.stringify(members);

/** What the vendors have not delivered yet and the services have not done yet. */
async function describeRest({ commercetools, fulfillmenttools, kafka, services, topicPrefix }: Sandbox) {
  const lines = ['What is under way:'];
  for (const [vendor, api] of Object.entries({ commercetools, fulfillmenttools })) {
    const { pending, retried } = await api.deliveries();
    lines.push(`  ${vendor}: ${pending} notifications pending, ${retried} sent again`);
  }
  for (const name of serviceNames) {
    const metrics = await readMetrics(services[name].opsUrl);
    const lag = await kafka.lag(`${topicPrefix}${name}`, sources[name]);
    const inHand = metrics.sum('pipeline_buffered_records');
    const held = metrics.sum('pipeline_events_held');
    const doubt = metrics.sum('pipeline_orders_in_doubt');
    lines.push(
      `  ${name}: ${lag} messages not done, ${inHand} of them in hand, ${held} held, ${doubt} orders in doubt; ` +
        `retries ${toText(metrics.by('pipeline_retries_total', 'code'))}, ` +
        `dead letters ${toText(metrics.by('pipeline_dead_letters_total', 'code'))}`,
    );
  }
  const held = await countHeld(kafka);
  if (Object.keys(held).length > 0) lines.push(`  held events: ${toText(held)}`);
  return lines;
}

/** Events that wait for their order, by name: the last record of a key says whether it still does. */
async function countHeld(kafka: Sandbox['kafka']): Promise<Record<string, number>> {
  const last = new Map<string | null, TopicMessage>();
  for (const message of await kafka.messages(topics.fulfillmenttoolsPending.name)) last.set(message.key, message);
  const counts: Record<string, number> = {};
  for (const { value } of last.values()) {
    const event = value === null ? undefined : nameOf(value);
    if (event !== undefined) counts[event] = (counts[event] ?? 0) + 1;
  }
  return counts;
}

function nameOf(notification: Buffer): string {
  try {
    const { event } = JSON.parse(notification.toString()) as { event?: unknown };
    return String(event);
  } catch {
    return 'unreadable';
  }
}
