import { expect, test, vi } from 'vitest';
import type { ChildProgram, ProgramEnd } from './childProgram.ts';
import { createServiceProcess } from './serviceProcess.ts';

const KILLED: ProgramEnd = { code: null, signal: 'SIGKILL', stopMs: null };

/** Runs until it is stopped, killed, or `end` is called; each start gives another one. */
function aProgram() {
  const ends: PromiseWithResolvers<ProgramEnd>[] = [];
  const end = (how: ProgramEnd): void => ends.at(-1)?.resolve(how);
  const start = (): ChildProgram => {
    const ended = Promise.withResolvers<ProgramEnd>();
    ends.push(ended);
    const endAs = (how: ProgramEnd) => (ended.resolve(how), ended.promise);
    return {
      ended: ended.promise,
      untilReady: () => Promise.resolve(),
      stop: () => endAs({ code: 0, signal: null, stopMs: 1 }),
      kill: () => endAs(KILLED),
    } as unknown as ChildProgram;
  };
  const onLost = vi.fn<(how: ProgramEnd) => void>();
  const options = { name: 'order-router', env: {}, opsPort: 0, logFile: '', onLost } as const;
  return { service: createServiceProcess(options, { start }), end, onLost };
}

test('a service that ends by itself is told, with how', async () => {
  const { service, end, onLost } = aProgram();
  await service.start();
  expect(onLost).not.toHaveBeenCalled();

  end(KILLED);

  await vi.waitFor(() => expect(onLost.mock.calls).toEqual([[KILLED]]));
});

test('one that is stopped or killed on purpose is not, but the one that follows it is', async () => {
  const { service, end, onLost } = aProgram();
  await service.start();
  expect(await service.stop()).toBe(0);
  await service.start();
  await service.kill();
  await service.start();
  expect(onLost).not.toHaveBeenCalled();

  end({ code: 1, signal: null, stopMs: null });

  await vi.waitFor(() => expect(onLost.mock.calls).toEqual([[{ code: 1, signal: null, stopMs: null }]]));
});

test('one that is stopped after it was lost is told once', async () => {
  const { service, end, onLost } = aProgram();
  await service.start();
  end(KILLED);
  await vi.waitFor(() => expect(onLost).toHaveBeenCalledTimes(1));

  await service.stop();

  expect(onLost).toHaveBeenCalledTimes(1);
});
