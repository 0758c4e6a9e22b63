import { expect, it } from 'vitest';
import { PipelineError, toPipelineError } from './errors.ts';

it('takes whatever is thrown for a defect of the handler, never fails itself', () => {
  for (const thrown of [
    'text',
    undefined,
    null,
    7,
    Symbol('s'),
    Object.create(null),
    { toString: 1 },
    new TypeError('no'),
  ]) {
    expect(toPipelineError(thrown)).toMatchObject({ errorClass: 'permanent', code: 'defect' });
  }
  expect(toPipelineError('text').message).toContain('text');
});

it('keeps what is a PipelineError already', () => {
  const error = new PipelineError('transient', 'down', 'no');
  expect(toPipelineError(error)).toBe(error);
});
