import { startForked } from '../sandboxParts.ts';
import { type Bits, createBits } from './bits.ts';
import type { FromLoad, HttpReport, HttpRun, ToLoad } from './httpProtocol.ts';

/** A process that sends. One run at a time. */
export interface HttpLoad {
  run(run: HttpRun): Promise<HttpReport>;
  /** The numbers of all deliveries that were acknowledged so far. */
  acked(): Promise<Bits>;
  stop(): Promise<void>;
}

export async function startHttpLoad(): Promise<HttpLoad> {
  const main = new URL('httpLoad.main.ts', import.meta.url);
  const { next, ask, stop } = startForked<ToLoad, FromLoad>({ main, name: 'The process that sends HTTP load' });
  await next('listening');
  return {
    run: async (run) => (await ask({ do: 'run', run }, 'report')).report,
    acked: async () => createBits(Buffer.from((await ask({ do: 'acked' }, 'acked')).bits, 'base64')),
    stop,
  };
}
