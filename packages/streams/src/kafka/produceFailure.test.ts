import { describe, expect, it } from 'vitest';
import { toProduceFailure } from './produceFailure.ts';

const typed = (type: string) => Object.assign(new Error(type), { type });

describe('toProduceFailure', () => {
  it("finds the broker's error under what kafkajs wraps it in", () => {
    const wrapped = new Error('outer', { cause: new Error('inner', { cause: typed('MESSAGE_TOO_LARGE') }) });
    expect(toProduceFailure(wrapped)).toMatchObject({ kind: 'message', code: 'message-too-large' });
  });

  it.each([
    'anything',
    undefined,
    null,
    new Error('x'),
    typed('OUT_OF_ORDER_SEQUENCE_NUMBER'),
    typed('SOMETHING_NEW'),
    typed('constructor'),
  ])('has what it does not know tried again: %s', (error) => {
    expect(toProduceFailure(error).kind).toBe('again');
  });

  it('isolates what the broker calls final and what kafkajs cannot encode', () => {
    const final = Object.assign(typed('SOMETHING_FINAL'), { retriable: false });
    expect(toProduceFailure(new Error('x', { cause: final }))).toMatchObject({
      kind: 'message',
      code: 'batch-refused',
    });
    expect(toProduceFailure(new Error('x', { cause: new TypeError('y') }))).toMatchObject({ code: 'batch-refused' });
  });

  it('ends on causes that go in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(toProduceFailure(error)).toEqual({ kind: 'again', why: 'round' });
  });
});
