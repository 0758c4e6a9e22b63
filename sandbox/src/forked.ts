import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of ours that is spoken to in messages, each with its kind in `is`. It ends when its channel closes. */
export interface Forked<To extends object | string, From extends { readonly is: string }> {
  /** The next message of this kind. Rejects when the process ends before. */
  next<Kind extends From['is']>(kind: Kind): Promise<Extract<From, { is: Kind }>>;
  /** Sends a message and waits for the next of this kind. */
  ask<Kind extends From['is']>(message: To, answer: Kind): Promise<Extract<From, { is: Kind }>>;
  stop(): Promise<void>;
}

export interface ForkedOptions {
  readonly main: URL;
  /** What errors call it, e.g. `The stand-in of the vendors`. */
  readonly name: string;
  /** (Default: our own environment) */
  readonly env?: Readonly<Record<string, string>>;
}

export function startForked<To extends object | string, From extends { readonly is: string }>({
  main,
  name,
  env,
}: ForkedOptions): Forked<To, From> {
  const child = fork(fileURLToPath(main), { stdio: 'inherit', ...(env && { env: { ...env } }) });
  child.setMaxListeners(0);
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const next = <Kind extends From['is']>(kind: Kind) =>
    new Promise<Extract<From, { is: Kind }>>((resolve, reject) => {
      const gone = (): void => reject(new Error(`${name} has ended with ${child.exitCode ?? child.signalCode}.`));
      if (isGone()) return gone();
      const onMessage = (message: From): void => {
        if (message.is !== kind) return;
        child.off('message', onMessage);
        child.off('exit', gone);
        resolve(message as Extract<From, { is: Kind }>);
      };
      child.on('message', onMessage);
      child.once('exit', gone);
    });
  return {
    next,
    ask(message, kind) {
      const answered = next(kind);
      if (!isGone()) child.send(message);
      return answered;
    },
    async stop() {
      if (isGone()) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
