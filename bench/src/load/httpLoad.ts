import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
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
  const child = fork(fileURLToPath(new URL('httpLoad.main.ts', import.meta.url)), { stdio: 'inherit' });
  child.setMaxListeners(0);
  const next = <Kind extends FromLoad['is']>(kind: Kind) =>
    new Promise<Extract<FromLoad, { is: Kind }>>((resolve, reject) => {
      const onMessage = (message: FromLoad): void => {
        if (message.is !== kind) return;
        child.off('message', onMessage);
        resolve(message as Extract<FromLoad, { is: Kind }>);
      };
      child.on('message', onMessage);
      child.once('exit', () => reject(new Error('The process that sends HTTP load has ended.')));
    });
  const ask = <Kind extends FromLoad['is']>(message: ToLoad, answer: Kind) => {
    const answered = next(answer);
    child.send(message);
    return answered;
  };
  await next('listening');
  return {
    run: async (run) => (await ask({ do: 'run', run }, 'report')).report,
    acked: async () => createBits(Buffer.from((await ask({ do: 'acked' }, 'acked')).bits, 'base64')),
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
