import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aHandoverJob, aLife, aPackJob, aPickJob, aReturn } from '../testkit/index.ts';
import { emptyProcess } from './entities.ts';
import { evolve } from './evolve.ts';
import { jobsText } from './jobs.ts';

const process = emptyProcess('process-1');
const entries = (text: string | null): unknown => JSON.parse(text ?? 'null');

describe('the text of all jobs', () => {
  test('is none without jobs', () => {
    expect(jobsText(process)).toBeNull();
  });

  test('holds id, status and facility of pick, pack and handover jobs, in this order', () => {
    const text = jobsText({
      ...process,
      pickJobs: [
        aPickJob({ id: 'p1', status: 'CLOSED', facilityId: 'f1' }),
        aPickJob({ id: 'p2', status: 'ABORTED', facilityId: null }),
      ],
      packJobs: [aPackJob({ id: 'k1', status: 'OPEN', pickJobId: 'p1' })],
      handoverJobs: [aHandoverJob({ id: 'h1', status: 'HANDED_OVER', pickJobId: 'p1', facilityId: 'f1' })],
    });
    expect(entries(text)).toEqual([
      { type: 'pick', id: 'p1', status: 'CLOSED', facility: 'f1' },
      { type: 'pick', id: 'p2', status: 'ABORTED' },
      { type: 'pack', id: 'k1', status: 'OPEN', facility: 'f1' },
      { type: 'handover', id: 'h1', status: 'HANDED_OVER', facility: 'f1' },
    ]);
  });

  test('holds return jobs after them, and of each refund its item return and when it was triggered', () => {
    const refund = (createdAt: number, status: string | null) => ({
      ...{ returnId: 'r1', returnJobId: 'j1', status },
      createdAt: Date.UTC(2026, 0, createdAt),
    });
    const text = jobsText({
      ...process,
      handoverJobs: [aHandoverJob({ id: 'h1', status: 'HANDED_OVER', facilityId: null })],
      returns: [aReturn({ id: 'j1', status: 'IN_PROGRESS' }), aReturn({ id: 'j2', status: 'CANCELED' })],
      refunds: [refund(15, 'OPEN'), refund(16, null)],
    });
    expect(entries(text)).toEqual([
      { type: 'handover', id: 'h1', status: 'HANDED_OVER' },
      { type: 'return', id: 'j1', status: 'IN_PROGRESS' },
      { type: 'return', id: 'j2', status: 'CANCELED' },
      { type: 'refund', id: 'r1', status: 'OPEN', created: '2026-01-15T00:00:00.000Z' },
      { type: 'refund', id: 'r1', created: '2026-01-16T00:00:00.000Z' },
    ]);
  });

  test('leaves out legs between two facilities, and all that belongs to one', () => {
    const leg = aPickJob({ id: 'p1', internal: true });
    expect(
      jobsText({
        ...process,
        pickJobs: [leg],
        packJobs: [aPackJob({ id: 'k1', pickJobId: 'p1' }), aPackJob({ id: 'k2', pickJobId: null, internal: true })],
        handoverJobs: [
          aHandoverJob({ id: 'h1', pickJobId: 'p1' }),
          aHandoverJob({ id: 'h2', pickJobId: null, internal: true }),
        ],
      }),
    ).toBeNull();
  });

  test('is of one length at most: dead jobs are left out first, then those with the greatest ids, and it says how many', () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      aPickJob({ id: `job-${String(index).padStart(30, '0')}`, status: index < 250 ? 'REROUTED' : 'OPEN' }),
    );
    const text = jobsText({ ...process, pickJobs: many }) ?? '';
    expect(text.length).toBeGreaterThan(9_800);
    expect(text.length).toBeLessThanOrEqual(10_000);
    const listed = entries(text) as { id?: string; status?: string; omitted?: number }[];
    const { omitted } = listed.pop() ?? {};
    expect(listed.length + (omitted ?? 0)).toBe(300);
    expect(listed.filter(({ status }) => status === 'OPEN')).toHaveLength(50);
    expect(listed[0]?.id).toBe(many[0]?.id);
    const alive = many.map((job) => ({ ...job, status: 'OPEN' as const }));
    const first = entries(jobsText({ ...process, pickJobs: alive })) as { id?: string }[];
    expect(first.slice(0, -1).map(({ id }) => id)).toEqual(alive.slice(0, first.length - 1).map(({ id }) => id));
  });

  test('is the same in whatever order, and how often, the events come', () => {
    let seen = 0;
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { maxLength: 60, size: 'max' }),
        fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 }),
        (tape, places) => {
          const inputs = aLife(tape).steps.map(({ input }) => input);
          const place = (index: number): number => (places[index % places.length] ?? 0) + index;
          const shuffled = inputs
            .map((input, index) => ({ input, at: place(index) }))
            .sort((a, b) => a.at - b.at)
            .flatMap(({ input }, index) => (index % 3 === 0 ? [input, input] : [input]));
          const texts = (all: typeof inputs) =>
            all.reduce<ReturnType<typeof evolve> | undefined>(evolve, undefined)?.processes.map(jobsText);
          seen += texts(inputs)?.filter((text) => text !== null).length ?? 0;
          expect(texts(shuffled)).toEqual(texts(inputs));
        },
      ),
      { numRuns: 100 },
    );
    expect(seen).toBeGreaterThan(20);
  });
});
