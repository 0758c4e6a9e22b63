/** `npm start`: the whole pipeline on this machine, with simulators in the vendors' place. */
import { startBroker } from './broker/index.ts';
import { serviceNames } from './environment.ts';
import { parseFlags, type StartFlags, UsageError, usage } from './options.ts';
import { countOutcome, isComplete, placeOrders, replayAll, watchOrders } from './run.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import type { SimulatedOrder } from './simulatorApi.ts';

async function main(flags: StartFlags, told: AbortSignal): Promise<number> {
  const startedAt = Date.now();
  const print = flags.json ? console.error : console.log;
  const log = (line: string): void => print(`[${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s] ${line}`);
  const broker = await startBroker({ log, env: process.env, signal: told });
  try {
    const run = startedAt.toString(36).toUpperCase();
    // Somebody else's broker may hold topics of an earlier sandbox: names of our own keep the two apart.
    const topicPrefix = broker.kind === 'external' ? `sandbox-${run.toLowerCase()}.` : '';
    const sandbox = await startSandbox({ ...flags, broker, log, topicPrefix });
    try {
      told.throwIfAborted();
      return await useSandbox({ sandbox, flags, log, told, run });
    } finally {
      log('Stopping the services');
      await sandbox.stop();
    }
  } finally {
    await broker.stop();
  }
}

interface Use {
  readonly sandbox: Sandbox;
  readonly flags: StartFlags;
  readonly log: (line: string) => void;
  readonly told: AbortSignal;
  readonly run: string;
}

async function useSandbox({ sandbox, flags, log, told, run }: Use): Promise<number> {
  log(`Placing ${flags.orders} orders`);
  const placed = await placeOrders(sandbox, { count: flags.orders, perSecond: flags.perSecond, run });
  const ids = new Set(placed.map(({ id }) => id));
  const arrived = await watchOrders(sandbox, {
    ids,
    timeoutMs: flags.timeoutMs,
    onChange: (order) => log(describeOrder(order)),
    signal: told,
  });
  if (told.aborted) return 130;
  if (!arrived) log(`Not every order has arrived after ${flags.timeoutMs / 1_000} s`);
  if (!flags.once) return stayUp({ sandbox, flags, log, told, run });
  const outcome = await countOutcome(sandbox, ids);
  const result = flags.replay ? { ...outcome, replay: await replay(sandbox, flags, log) } : outcome;
  if (flags.json) console.log(JSON.stringify(result));
  else log(JSON.stringify(result));
  return isComplete(result, flags.orders) ? 0 : 1;
}

function replay(sandbox: Sandbox, { timeoutMs }: StartFlags, log: (line: string) => void) {
  log('Reading every topic again with new consumer groups');
  return replayAll(sandbox, { groupPrefix: `${sandbox.topicPrefix}replay-`, timeoutMs });
}

async function stayUp({ sandbox, log, told }: Use): Promise<number> {
  const { addresses, services } = sandbox;
  log('Everything is up until Ctrl-C:');
  log(`  Kafka                      ${addresses.brokers.join(', ')}`);
  log(`  schema registry            ${addresses.registryUrl}`);
  log(`  commercetools simulator    ${addresses.commercetoolsUrl}/_sim/orders`);
  log(`  fulfillmenttools simulator ${addresses.fulfillmenttoolsUrl}/_sim/orders`);
  for (const name of serviceNames)
    log(`  ${name.padEnd(26)} ${services[name].opsUrl}/metrics, log ${services[name].logFile}`);
  const alive = setInterval(() => undefined, 60_000);
  if (!told.aborted) await new Promise((resolve) => told.addEventListener('abort', resolve, { once: true }));
  clearInterval(alive);
  return 0;
}

function describeOrder({ orderNumber, orderState, shipmentState, custom }: SimulatedOrder): string {
  const fftOrderId = typeof custom?.['fft_order_id'] === 'string' ? custom['fft_order_id'] : '–';
  return `${orderNumber}  ${orderState.padEnd(10)} FFT order ${fftOrderId.padEnd(36)}  ShipmentState ${shipmentState ?? '–'}`;
}

const told = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => told.abort(new Error(`Told to stop by ${signal}`)));

try {
  const flags = parseFlags(process.argv.slice(2));
  if (flags === 'help') console.log(usage);
  else process.exitCode = await main(flags, told.signal);
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
  else if (!told.signal.aborted) console.error((error as Error).message);
  process.exitCode = error instanceof UsageError ? 2 : told.signal.aborted ? 130 : 1;
}
