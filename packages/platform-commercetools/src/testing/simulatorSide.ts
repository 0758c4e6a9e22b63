import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import type { StartOtherSide } from './otherSide.ts';

/** Our simulator; its versions rise by any number. */
export const startSimulatorSide: StartOtherSide = async (client) => {
  const projectKey = 'shop';
  const simulator = createCommercetoolsSimulator({ projectKey, clients: [client] });
  const url = await simulator.listen();
  return {
    url,
    projectKey,
    async seed(order) {
      const { status } = await fetch(`${url}/_sim/orders`, { method: 'POST', body: JSON.stringify(order) });
      if (status !== 201) throw new Error(`The simulator answered the order with ${status}.`);
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
};
