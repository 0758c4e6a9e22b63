import { PipelineError } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { codeOf } from './codeOf.ts';

test.each([
  [Object.assign(new Error('x'), { name: 'QueueDoesNotExist' }), 'QueueDoesNotExist'],
  [Object.assign(new Error('x'), { code: 7 }), 'PERMISSION_DENIED'],
  [Object.assign(new Error('x'), { code: 999 }), 'unexpected'],
  [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [new PipelineError('transient', 'topic-missing', 'x'), 'topic-missing'],
  [Object.assign(new Error('x'), { code: 'an order number 4711', name: '"<>' }), 'unexpected'],
  ['text', 'unexpected'],
  [null, 'unexpected'],
])('%s is %s as a label', (error, code) => {
  expect(codeOf(error)).toBe(code);
});
