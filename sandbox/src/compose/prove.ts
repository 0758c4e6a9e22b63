import { setTimeout as sleep } from 'node:timers/promises';
import { serviceNames } from '../environment.ts';
import { orderByHand } from '../orderByHand.ts';
import { createCommercetoolsApi } from '../simulatorApi.ts';
import type { Composition, Container } from './composition.ts';

export interface Proof {
  readonly composition: Composition;
  /** Published ports by variable of docker-compose.yml. */
  readonly ports: Readonly<Record<string, number>>;
  readonly withPrometheus: boolean;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

const brokers = ['kafka', 'registry'];
const simulators = ['commercetools', 'fulfillmenttools'];
/** Far above what it takes: half a minute on an idle machine, minutes on a busy one. */
const STEP_TIMEOUT_MS = 240_000;

/**
 * Brings everything up, sends an order through, and stops it again.
 * @throws Error that says what is not as it should be.
 */
export async function prove(proof: Proof): Promise<void> {
  const { composition, withPrometheus, log } = proof;
  const services = [...brokers, 'setup', ...serviceNames, ...simulators, ...(withPrometheus ? ['prometheus'] : [])];
  await composition.up(services);
  await composition.until(
    'all are healthy',
    (found) => found.length === services.length && found.every(isWell),
    within(),
  );
  log(`Healthy: ${services.filter((name) => name !== 'setup').join(', ')}`);
  await placeOrder(proof);
  if (withPrometheus) await checkPrometheus(proof);
  await checkFences(proof);
  await composition.stop(serviceNames);
  await composition.stop(simulators);
  const found = await composition.containers();
  for (const name of ['setup', ...serviceNames, ...simulators]) {
    const one = found.find(({ service }) => service === name);
    if (one?.state !== 'exited' || one.exitCode !== 0)
      throw new Error(
        `${name} did not end with 0 at SIGTERM: ${JSON.stringify(one)}\n${await composition.logs([name])}`,
      );
  }
  log('Ended with 0 at SIGTERM: the services and the simulators');
}

const within = (): AbortSignal => AbortSignal.timeout(STEP_TIMEOUT_MS);

const isWell = ({ service, state, health, exitCode }: Container): boolean =>
  service === 'setup' ? state === 'exited' && exitCode === 0 : health === 'healthy';

async function placeOrder({ composition, ports, log, signal }: Proof): Promise<void> {
  const commercetools = createCommercetoolsApi(`http://127.0.0.1:${ports['COMMERCETOOLS_PORT']}`);
  const { id } = await commercetools.createOrder(orderByHand);
  const patience = within();
  for (;;) {
    const order = (await commercetools.orders()).find((one) => one.id === id);
    if (order?.shipmentState === 'Shipped')
      return log(`An order arrived: ${order.shipmentState}, ${JSON.stringify(order.custom)}`);
    if (patience.aborted)
      throw new Error(`The order did not arrive: ${JSON.stringify(order)}\n${await composition.logs(serviceNames)}`);
    await sleep(200, undefined, { signal });
  }
}

interface Targets {
  readonly data: { readonly activeTargets: readonly { readonly labels: { job: string }; readonly health: string }[] };
}

interface Rules {
  readonly data: { readonly groups: readonly { readonly rules: readonly { readonly name: string }[] }[] };
}

async function checkPrometheus({ composition, ports, log, signal }: Proof): Promise<void> {
  await composition.exec('prometheus', 'promtool', 'check', 'config', '/etc/prometheus/prometheus.yml');
  await composition.exec('prometheus', 'promtool', 'test', 'rules', '/etc/prometheus/alerts.test.yml');
  log('The alert rules do what their tests say');
  const rules = await fetch(`http://127.0.0.1:${ports['PROMETHEUS_PORT']}/api/v1/rules?type=alert`);
  const names = ((await rules.json()) as Rules).data.groups.flatMap((group) => group.rules.map(({ name }) => name));
  if (names.length === 0) throw new Error('Prometheus has no alert rules: look at rule_files and the volumes.');
  log(`Evaluated by Prometheus: ${names.sort().join(', ')}`);
  const patience = within();
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${ports['PROMETHEUS_PORT']}/api/v1/targets?state=active`);
    const { activeTargets } = ((await response.json()) as Targets).data;
    const up = activeTargets.filter(({ health }) => health === 'up').map(({ labels }) => labels.job);
    if (serviceNames.every((name) => up.includes(name))) return log(`Scraped by Prometheus: ${up.sort().join(', ')}`);
    if (patience.aborted) throw new Error(`Prometheus does not scrape all services: ${JSON.stringify(activeTargets)}`);
    await sleep(500, undefined, { signal });
  }
}

/** Not root, and nothing of the file system can be written. */
async function checkFences({ composition, log }: Proof): Promise<void> {
  const look = `const fs = require('node:fs'); let written = true;
    try { fs.writeFileSync('/app/probe', ''); } catch { written = false; }
    console.log(JSON.stringify({ uid: process.getuid(), written, pid1: fs.readFileSync('/proc/1/comm', 'utf8').trim() }));`;
  for (const name of [...serviceNames, ...simulators]) {
    const printed = (await composition.exec(name, 'node', '-e', look)).trim();
    const { uid, written, pid1 } = JSON.parse(printed) as { uid: number; written: boolean; pid1: string };
    if (uid === 0 || written || !/^(node|MainThread)$/.test(pid1))
      throw new Error(`${name} is not fenced in: ${printed}`);
  }
  log('Not root, read-only, node is process 1: the services and the simulators');
}
