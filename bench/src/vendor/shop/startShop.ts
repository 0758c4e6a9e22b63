import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromShop, ShopReport, ToShop } from './protocol.ts';

/** The stand-in of commercetools, in a process of its own. */
export interface Shop {
  readonly url: string;
  /** From now on it counts anew, and knows no order. */
  expect(what: Omit<Extract<ToShop, { do: 'expect' }>, 'do'>): Promise<void>;
  report(): Promise<ShopReport>;
  stop(): Promise<void>;
}

export async function startShop(): Promise<Shop> {
  const child = fork(fileURLToPath(new URL('shop.main.ts', import.meta.url)), { stdio: 'inherit' });
  const hear = async (): Promise<FromShop> => {
    const stopped = new AbortController();
    const { signal } = stopped;
    const ended = once(child, 'exit', { signal }).then(() => {
      throw new Error('The stand-in of commercetools has ended.');
    });
    ended.catch(() => undefined);
    try {
      const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [FromShop];
      return message;
    } finally {
      stopped.abort();
    }
  };
  /** One question at a time. */
  const ask = (message: ToShop): Promise<FromShop> => {
    const answered = hear();
    child.send(message);
    return answered;
  };
  const first = await hear();
  if (first.is !== 'listening') throw new Error('The stand-in of commercetools did not say where it listens.');
  return {
    url: first.url,
    expect: async (what) => void (await ask({ do: 'expect', ...what })),
    async report() {
      const told = await ask({ do: 'report' });
      if (told.is !== 'report') throw new Error(`The stand-in of commercetools said ${told.is} instead of a report.`);
      return told.report;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
