import { startForked } from '../sandboxParts.ts';
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
  const main = new URL('vendor.main.ts', import.meta.url);
  const { next, ask, stop } = startForked<ToVendor, FromVendor>({ main, name: 'The stand-in of the vendors' });
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
    stop,
  };
}
