import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const landingPath = '/commercetools';
export type ToLanding = 'landed';

export interface Landing extends AsyncDisposable {
  readonly port: number;
  /** How many deliveries were landed so far. Rejects when the process has ended. */
  landed(): Promise<number>;
}

/** The landing server in another process: one that ends is noticed. */
export async function startLanding(secret: string): Promise<Landing> {
  const child = fork(fileURLToPath(new URL('landing.main.ts', import.meta.url)), {
    env: { PATH: process.env['PATH'] ?? '', FUZZ_SECRET: secret },
    stdio: 'inherit',
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The landing server has ended with ${String(code)}.`);
  });
  ended.catch(() => undefined);
  const answer = async <Answer>(): Promise<Answer> => {
    const answered: Promise<unknown[]> = once(child, 'message');
    const [message] = (await Promise.race([answered, ended])) as [Answer];
    return message;
  };
  const { port } = await answer<{ port: number }>();
  return {
    port,
    async landed() {
      const answered = answer<{ landed: number }>();
      child.send('landed' satisfies ToLanding);
      return (await answered).landed;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
