/** What the sandbox says, as text. */
import { type ServiceName, serviceNames } from './environment.ts';
import type { RunResult } from './outcome.ts';
import type { LostService, Sandbox } from './sandbox.ts';
import type { SimulatedOrder } from './simulatorApi.ts';
import { hasEnded } from './watchOrders.ts';

/** One order, in one line. */
export function describeOrder({ id, orderNumber, orderState, shipmentState, custom }: SimulatedOrder): string {
  const fftOrderId = typeof custom?.['fft_order_id'] === 'string' ? custom['fft_order_id'] : '–';
  return `${orderNumber ?? id}  ${orderState.padEnd(10)} FFT order ${fftOrderId.padEnd(36)}  ShipmentState ${shipmentState ?? '–'}`;
}

/** How far the orders are. `wanted`: how many there will be, while they are being placed. */
export function describeProgress(orders: readonly SimulatedOrder[], wanted: number): string {
  const count = (shipmentState: string) => orders.filter((order) => order.shipmentState === shipmentState).length;
  const sent = orders.filter(({ custom }) => custom?.['fft_order_id'] !== undefined).length;
  const placed = orders.length < wanted ? `${orders.length}/${wanted}` : String(orders.length);
  return `${placed} placed, ${sent} at fulfillmenttools, ${count('Shipped')} shipped, ${count('Delivered')} delivered`;
}

/** The orders of these that have not ended, with what they show. */
export function describeMissing(orders: readonly SimulatedOrder[], ids: ReadonlySet<string>): string[] {
  const missing = orders.filter((order) => ids.has(order.id) && !hasEnded(order));
  return missing.length === 0
    ? []
    : ['These orders have not arrived:', ...missing.map((order) => `  ${describeOrder(order)}`)];
}

/** What became of the orders, for people. */
export const describeResult = (result: RunResult, wanted: number): string[] => [
  `${result.shipped + result.delivered} of ${wanted} orders arrived: ${result.shipped} shipped, ${result.delivered} delivered`,
  ...describeCounts(result),
];

/** What counts wherever the orders end. */
export const describeCounts = ({ fftOrders, duplicates, deadLetters, p50Ms, p99Ms, replay }: RunResult): string[] => [
  `${fftOrders} orders at fulfillmenttools, ${duplicates} of them duplicates; ${deadLetters} dead letters`,
  ...(p50Ms === null || p99Ms === null
    ? []
    : [`From the notification to the fulfillmenttools order: half within ${p50Ms} ms, 99 % within ${p99Ms} ms`]),
  ...(replay
    ? [`Replay: ${replay.posts} changes at fulfillmenttools, ${replay.updates} changes at commercetools`]
    : []),
];

/** Where everything listens, and how to go on by hand. */
export function describeAddresses({
  addresses,
  ingest,
  services,
  topicPrefix,
  logDirectory,
}: Pick<Sandbox, 'addresses' | 'ingest' | 'services' | 'topicPrefix' | 'logDirectory'>): string[] {
  const posts: Partial<Record<ServiceName, string>> = {
    'ingest-ct': `POST ${ingest.commercetools}, `,
    'ingest-fft': `POST ${ingest.fulfillmenttools}, `,
  };
  const lines: [string, string][] = [
    ['Kafka', addresses.brokers.join(', ') + (topicPrefix === '' ? '' : `, topics ${topicPrefix}*`)],
    ['schema registry', addresses.registryUrl],
    ['commercetools simulator', `${addresses.commercetoolsUrl}/_sim/orders`],
    ['fulfillmenttools simulator', `${addresses.fulfillmenttoolsUrl}/_sim/orders`],
    ...serviceNames.map((name): [string, string] => [name, `${posts[name] ?? ''}${services[name].opsUrl}/metrics`]),
    ['logs of the services', logDirectory],
  ];
  return lines.map(([what, where]) => `  ${what.padEnd(26)} ${where}`);
}

/** A command for a shell that asks what the pipeline knows of an order. */
export function askAboutOrder(
  { addresses, topicPrefix }: Pick<Sandbox, 'addresses' | 'topicPrefix'>,
  orderNumber: string,
): string {
  const settings = {
    KAFKA_BROKERS: addresses.brokers.join(','),
    SCHEMA_REGISTRY_URL: addresses.registryUrl,
    ...(topicPrefix === '' ? {} : { TOPIC_PREFIX: topicPrefix, GROUP_PREFIX: topicPrefix }),
  };
  const given = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return `${given.join(' ')} npm run ops -- order ${orderNumber}`;
}

/** A service that has ended by itself, and where it says why. */
export const describeLost = ({ name, logFile, end }: LostService): string =>
  `${name} ended by itself (${end.signal ?? `exit code ${end.code}`}), its log: ${logFile}`;

/** What is left on a Kafka that is not ours when there was no time to delete it. */
export function describeRemains(prefix: string, removal: Readonly<Record<string, string>>): string {
  const lines = Object.entries(removal).map(([what, how]) => `  ${what}: ${how}`);
  return [`Topics, groups and subjects that begin with ${prefix} stay. To remove them:`, ...lines].join('\n');
}
