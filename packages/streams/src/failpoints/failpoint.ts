import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../errors.ts';
import type { FailpointName } from './catalogue.ts';
import { type ArmedFailpoint, FailpointError, parseFailpoints } from './parse.ts';

type Environment = Readonly<Record<string, string | undefined>>;

let armed: readonly { readonly point: ArmedFailpoint; hits: number }[] | undefined;

/**
 * Arms what the variable FAILPOINT names; without it nothing is armed, and `failpoint` costs a comparison. For tests of
 * crashes only.
 * @throws FailpointError when there is no such failpoint, or NODE_ENV is production: the process must not start.
 */
export function armFailpoints(env: Environment): void {
  const text = env['FAILPOINT']?.trim() ?? '';
  armed = undefined;
  if (text === '') return;
  if (env['NODE_ENV'] === 'production')
    throw new FailpointError('FAILPOINT is set: it makes a process fail on purpose and is refused in production.');
  armed = parseFailpoints(text).map((point) => ({ point, hits: 0 }));
}

/** Those that are armed, as texts: to be said loudly at the start. */
export const armedFailpoints = (): readonly string[] =>
  (armed ?? []).map(({ point: { name, action, nth, key } }) => {
    const aim = nth !== undefined ? `@${nth}` : key !== undefined ? `@key=${key}` : '';
    return `${name}:${action.do}${action.do === 'pause' ? `:${action.ms}` : ''}${aim}`;
  });

/** A place where the process can be made to fail. `await failpoint('router.afterPost', orderId)` */
export function failpoint(name: FailpointName, key?: string): Promise<void> | undefined {
  return armed === undefined ? undefined : hit(name, key);
}

async function hit(name: FailpointName, key: string | undefined): Promise<void> {
  for (const entry of armed ?? []) {
    const { point } = entry;
    if (point.name !== name || (point.key !== undefined && point.key !== key)) continue;
    entry.hits += 1;
    if (point.nth === undefined || point.nth === entry.hits) await act(point);
  }
}

async function act({ name, action }: ArmedFailpoint): Promise<void> {
  switch (action.do) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      // Nothing may follow, however long the signal takes.
      return new Promise(() => undefined);
    case 'exit':
      return process.exit(1);
    case 'throw':
      throw new PipelineError('transient', 'failpoint', `The failpoint ${name} throws.`);
    case 'pause':
      await sleep(action.ms);
  }
}
