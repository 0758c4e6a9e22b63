import { parseArgs } from 'node:util';
import { createCommercetoolsSimulator } from './index.ts';
import { parseOptions } from './flags.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    project: { type: 'string' },
    client: { type: 'string', multiple: true },
    seed: { type: 'string' },
    'version-step': { type: 'string' },
    'token-lifetime-s': { type: 'string' },
    'retry-base-ms': { type: 'string' },
    connections: { type: 'string' },
    duplicates: { type: 'string' },
    shuffle: { type: 'boolean' },
    'shuffle-ms': { type: 'string' },
    'payload-not-included': { type: 'string' },
    'without-order-number': { type: 'string' },
  },
});

const simulator = createCommercetoolsSimulator(parseOptions(values));
console.log(await simulator.listen(Number(values.port)));

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void simulator.close());
