import { PipelineError } from '@pipeline/streams';
import type { CallRequest } from '@pipeline/provider-fulfillmenttools';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProcessReader } from './readProcesses.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('makes two calls a second for all orders together, those for load units too, and leaves out what is not there', async () => {
  const began = performance.now();
  const madeAt: number[] = [];
  const paths: string[] = [];
  const client = {
    call({ path }: CallRequest) {
      madeAt.push(performance.now() - began);
      paths.push(path);
      const id = path.split('/')[3] ?? '';
      const body = {
        id,
        version: 1,
        status: 'CLOSED',
        orderRef: `order-of-${id}`,
        pickJobRefs: [`job-of-${id}`],
        total: 2,
      };
      return id === 'gone'
        ? Promise.reject(new PipelineError('gone', 'provider-gone', 'Gone.', { httpStatus: 404 }))
        : Promise.resolve({ status: 200, body });
    },
  };
  const read = createProcessReader(client);
  const reading = Promise.all([read(['p-1', 'gone', 'p-2']), read(['p-3'])]);
  await vi.advanceTimersByTimeAsync(60_000);
  const [first, second] = await reading;
  expect([first.length, second.length]).toEqual([2, 1]);
  expect(paths).toContain('/api/pickjobs/job-of-p-2/loadunits');
  expect(madeAt).toEqual(Array.from({ length: 13 }, (_, n) => n * 500));
});
