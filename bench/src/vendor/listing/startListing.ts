import { startForked } from '../../sandboxParts.ts';

export type ToListing = { readonly do: 'hold'; readonly count: number } | { readonly do: 'report' };

export type FromListing =
  | { readonly is: 'listening'; readonly url: string }
  | { readonly is: 'ready' }
  | { readonly is: 'report'; readonly reads: number };

/** The stand-in of commercetools that lists orders, in a process of its own. */
export interface Listing {
  readonly url: string;
  /** So many orders are listed. */
  hold(count: number): Promise<void>;
  /** Reads of single orders so far. */
  reads(): Promise<number>;
  stop(): Promise<void>;
}

export async function startListing(): Promise<Listing> {
  const main = new URL('listing.main.ts', import.meta.url);
  const name = 'The stand-in of commercetools';
  const { next, ask, stop } = startForked<ToListing, FromListing>({ main, name });
  const { url } = await next('listening');
  return {
    url,
    hold: async (count) => void (await ask({ do: 'hold', count }, 'ready')),
    reads: async () => (await ask({ do: 'report' }, 'report')).reads,
    stop,
  };
}
