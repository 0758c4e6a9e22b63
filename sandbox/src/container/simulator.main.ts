/**
 * A simulator in a container, connected to the pipeline: `node simulator.main.ts commercetools|fulfillmenttools PORT`.
 * NOTIFY_URL and NOTIFY_SECRET say where it sends its notifications. Ends with 0 at SIGTERM.
 */
import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { createFulfillmenttoolsSimulator } from '@pipeline/simulator-fulfillmenttools';
import { PROJECT_KEY } from '../environment.ts';
import { createCommercetoolsApi, createFulfillmenttoolsApi } from '../simulatorApi.ts';

const [vendor, port] = process.argv.slice(2);
const { NOTIFY_URL: url = '', NOTIFY_SECRET: secret = '' } = process.env;

const simulators = {
  commercetools: {
    create: () => createCommercetoolsSimulator({ projectKey: PROJECT_KEY }),
    connect: (at: string) => createCommercetoolsApi(at).push(url, secret),
  },
  fulfillmenttools: {
    create: () => createFulfillmenttoolsSimulator(),
    connect: (at: string) => createFulfillmenttoolsApi(at).subscribe(url, secret),
  },
};

const kind = simulators[vendor as keyof typeof simulators];
if (!kind) throw new Error(`"${vendor}" is no simulator: ${Object.keys(simulators).join(' or ')} is.`);

const simulator = kind.create();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void simulator.close());
// Of any interface: the network of the containers decides who reaches it.
await simulator.listen(Number(port), '0.0.0.0');
await kind.connect(`http://127.0.0.1:${port}`);
console.log(`${vendor} simulator listens on port ${port} and notifies ${url}`);
