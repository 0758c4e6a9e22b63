import { describe, expect, it } from 'vitest';
import { createSlots } from './slots.ts';

const never = new AbortController().signal;
const gate = (): { wait: Promise<void>; open: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: promise, open: resolve };
};

describe('slots', () => {
  it('lets no more calls in than there are, first come, first served', async () => {
    const slots = createSlots(2);
    const gates = [gate(), gate(), gate(), gate()];
    const started: number[] = [];
    const calls = gates.map(({ wait }, index) =>
      slots.use(never, () => {
        started.push(index);
        return wait;
      }),
    );
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await calls[1];
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);
    for (const { open } of gates) open();
    await Promise.all(calls);
    expect(started).toEqual([0, 1, 2, 3]);
    expect(slots.inUse).toBe(0);
  });

  it('gives a slot back when the call fails', async () => {
    const slots = createSlots(1);
    await expect(slots.use(never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(slots.use(never, () => Promise.resolve('yes'))).resolves.toBe('yes');
  });

  it('lets go of who stops waiting', async () => {
    const slots = createSlots(1);
    const first = gate();
    const held = slots.use(never, () => first.wait);
    const impatient = new AbortController();
    const waiting = slots.use(impatient.signal, () => Promise.resolve());
    impatient.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('too late');
    first.open();
    await held;
    expect(slots.inUse).toBe(0);
  });
});
