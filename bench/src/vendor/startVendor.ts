import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Expectation, FromVendor, ToVendor, VendorReport } from './protocol.ts';

/** The vendors' stand-in, in a process of its own. */
export interface Vendor {
  readonly url: string;
  /** From now on it counts anew. */
  expect(what: Expectation): Promise<Counting>;
  report(): Promise<VendorReport>;
  stop(): Promise<void>;
}

export interface Counting {
  /** The start is over. */
  readonly steady: Promise<void>;
  /** Everything expected was answered. */
  readonly finished: Promise<void>;
}

export async function startVendor(): Promise<Vendor> {
  const child = fork(fileURLToPath(new URL('vendor.main.ts', import.meta.url)), { stdio: 'inherit' });
  child.setMaxListeners(0);
  const next = <Kind extends FromVendor['is']>(kind: Kind) =>
    new Promise<Extract<FromVendor, { is: Kind }>>((resolve, reject) => {
      const onMessage = (message: FromVendor): void => {
        if (message.is !== kind) return;
        child.off('message', onMessage);
        resolve(message as Extract<FromVendor, { is: Kind }>);
      };
      child.on('message', onMessage);
      child.once('exit', () => reject(new Error('The stand-in of the vendors has ended.')));
    });
  const ask = <Kind extends FromVendor['is']>(message: ToVendor, answer: Kind) => {
    const answered = next(answer);
    child.send(message);
    return answered;
  };
  const { url } = await next('listening');
  return {
    url,
    async expect(what) {
      const steady = next('steady').then(() => undefined);
      const finished = next('finished').then(() => undefined);
      // Whoever stops early waits for neither.
      steady.catch(() => undefined);
      finished.catch(() => undefined);
      await ask({ do: 'expect', what }, 'ready');
      return { steady, finished };
    },
    report: async () => (await ask({ do: 'report' }, 'report')).report,
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
