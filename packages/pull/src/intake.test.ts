import { expect, test, vi } from 'vitest';
import type { LandingOutcome } from '@pipeline/landing';
import { failedOne, landedOne, startIntake } from './testing/intake.ts';
import type { PulledMessage } from './pullSource.ts';

const message = (text: string, calls: string[] = []): PulledMessage => ({
  body: Buffer.from(text),
  acknowledge: async () => void calls.push(`acknowledge ${text}`),
  giveBack: async (ms) => void calls.push(`give back ${text} after ${ms}`),
});
/** Whatever is to happen by itself has happened. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a message is acknowledged only when Kafka has it', async () => {
  const { promise, resolve } = Promise.withResolvers<LandingOutcome>();
  const { intake, heard } = startIntake(() => promise);
  const calls: string[] = [];
  const taken = intake.take(message('a', calls));
  await settled();
  expect(calls).toEqual([]);
  expect(intake.inHand).toEqual({ messages: 1, bytes: 1 });
  resolve(landedOne);
  await taken;
  expect(calls).toEqual(['acknowledge a']);
  expect(heard).toEqual(['landed', 'acknowledged']);
  expect(intake.inHand).toEqual({ messages: 0, bytes: 0 });
});

test('a message that Kafka did not take is given back with the pause, never acknowledged', async () => {
  const { intake, heard } = startIntake(() => failedOne, { retry: { delayAfter: (attempt) => attempt * 10 } });
  const calls: string[] = [];
  await intake.take(message('a', calls));
  await intake.take(message('b', calls));
  expect(calls).toEqual(['give back a after 10', 'give back b after 10']);
  expect(heard).toEqual(['publish-failed', 'publish-failed']);
});

test('the pause grows with what fails after it, not with how much was in hand', async () => {
  const { intake } = startIntake(() => failedOne, { retry: { delayAfter: (attempt) => attempt * 10 } });
  const calls: string[] = [];
  await Promise.all(['a', 'b', 'c'].map((text) => intake.take(message(text, calls))));
  await intake.whenOpen();
  await intake.take(message('d', calls));
  expect(calls).toEqual(['a after 10', 'b after 10', 'c after 10', 'd after 20'].map((text) => `give back ${text}`));
});

test('what is too large is not handed to Kafka and keeps nothing else from being taken', async () => {
  const { intake, handed, heard } = startIntake(undefined, { bodyLimit: 3 });
  const calls: string[] = [];
  await intake.take(message('long', calls));
  expect([handed, calls, heard]).toEqual([[], ['give back long after 30000'], ['too-large']]);
  expect(await Promise.race([intake.whenOpen(), settled().then(() => 'shut')])).toBe(true);
});

test.each([
  ['messages', { maxMessages: 2 }, 'a'],
  ['bytes', { maxBytes: 4 }, 'ab'],
])('it is shut while as many %s are in hand as may be, and opens when one has ended', async (_what, limits, text) => {
  const { promise, resolve } = Promise.withResolvers<LandingOutcome>();
  const { intake } = startIntake(() => promise, limits);
  const taken = [message(text), message(text)].map((each) => intake.take(each));
  expect(intake.room).toBe(0);
  const open = vi.fn();
  const opened = intake.whenOpen().then(open);
  await settled();
  expect(open).not.toHaveBeenCalled();
  resolve(landedOne);
  await Promise.all(taken);
  await opened;
  expect(open).toHaveBeenCalledWith(true);
});

test('while Kafka takes nothing it is shut, for as long as the pause', async () => {
  vi.useFakeTimers();
  try {
    const { intake } = startIntake(() => failedOne, { retry: { delayAfter: () => 5_000 } });
    await intake.take(message('a'));
    const open = vi.fn();
    void intake.whenOpen().then(open);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(open).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(open).toHaveBeenCalledWith(true);
  } finally {
    vi.useRealTimers();
  }
});

test('closing waits for what is in hand and gives back what still comes', async () => {
  const { promise, resolve } = Promise.withResolvers<LandingOutcome>();
  const { intake, handed } = startIntake(() => promise);
  const calls: string[] = [];
  void intake.take(message('a', calls));
  const done = vi.fn();
  const closed = intake.close().then(done);
  await intake.take(message('late', calls));
  expect(await intake.whenOpen()).toBe(false);
  await settled();
  expect(done).not.toHaveBeenCalled();
  resolve(landedOne);
  await closed;
  expect(calls).toEqual(['give back late after 0', 'acknowledge a']);
  expect(handed).toEqual(['a']);
});

test('after the grace nothing is acknowledged any more, and closing does not wait', async () => {
  const { promise, resolve } = Promise.withResolvers<LandingOutcome>();
  const { intake } = startIntake(() => promise);
  const calls: string[] = [];
  const taken = intake.take(message('a', calls));
  const closed = intake.close();
  intake.abandon();
  await closed;
  resolve(landedOne);
  await taken;
  expect(calls).toEqual([]);
});

test('an acknowledgement that fails is told and ends nothing', async () => {
  const { intake, heard } = startIntake();
  await intake.take({ ...message('a'), acknowledge: () => Promise.reject(new Error('no right')) });
  await intake.take(message('b'));
  expect(heard).toEqual(['landed', 'acknowledge failed: no right', 'landed', 'acknowledged']);
});

test('what keeps a source from being read is a problem until it is read again', () => {
  const { intake, heard } = startIntake();
  intake.trouble(undefined);
  expect(intake.problem).toBeUndefined();
  intake.trouble(new Error('no such queue'));
  expect(intake.problem).toBe('no such queue');
  intake.trouble(undefined);
  expect(intake.problem).toBeUndefined();
  expect(heard).toEqual(['read failed: no such queue', 'recovered']);
});
