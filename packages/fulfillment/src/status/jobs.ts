import type { ProcessState } from '@pipeline/schemas/types';
import { currentPickJobs } from './entities.ts';
import { compareText } from './join.ts';
import { isLiveHandoverJob, isLivePackJob, isLivePickJob } from './work.ts';

/** Of the text, in characters: some 80 jobs. The platform's orders should stay small. */
const MOST_CHARACTERS = 10_000;

interface Job {
  readonly type: 'pick' | 'pack' | 'handover' | 'return' | 'refund';
  readonly id: string;
  /** Left out of the text: not known; so are the next two. */
  readonly status: string | undefined;
  readonly facility?: string | undefined;
  /** Of a refund, which has no id of its own: when it was triggered, ISO 8601. */
  readonly created?: string;
  readonly live: boolean;
}

/**
 * All jobs for the customer as JSON: a list of `{type, id, status, facility}`, pick jobs before pack jobs before handover
 * jobs before return jobs, each by id; then the refunds, as `{type, id, status, created}` with the id of the item return.
 * Dead ones too; legs between two facilities are none. When it would be too long, as many dead ones as need be are left
 * out, then live ones, the last of the list first, and `{omitted: n}` is the last of the list. null: there are no jobs.
 */
export function jobsText(process: ProcessState): string | null {
  const jobs = [...jobsOf(process), ...returnsOf(process)];
  if (jobs.length === 0) return null;
  const whole = toText(jobs, 0);
  if (whole.length <= MOST_CHARACTERS) return whole;
  const byWorth = [...jobs.filter(({ live }) => live), ...jobs.filter(({ live }) => !live)];
  const room = MOST_CHARACTERS - toText([], jobs.length).length;
  const kept = new Set<Job>();
  let length = 0;
  for (const job of byWorth) {
    length += toEntry(job).length + 1;
    if (length > room) break;
    kept.add(job);
  }
  return toText(
    jobs.filter((job) => kept.has(job)),
    jobs.length - kept.size,
  );
}

function jobsOf({ pickJobs, packJobs, handoverJobs }: ProcessState): Job[] {
  const picks = currentPickJobs(pickJobs);
  const pickJob = (wanted: string | null) => picks.find(({ id }) => id === wanted);
  const isLeg = ({ internal, pickJobId }: { readonly internal: boolean; readonly pickJobId: string | null }): boolean =>
    internal || pickJob(pickJobId)?.internal === true;
  return [
    ...picks
      .filter(({ internal }) => !internal)
      .map((job) => ({ ...toJob('pick', job, job.facilityId), live: isLivePickJob(job) }))
      .sort(byId),
    ...packJobs
      .filter((job) => !isLeg(job))
      .map((job) => ({
        ...toJob('pack', job, pickJob(job.pickJobId)?.facilityId ?? null),
        live: isLivePackJob(job),
      }))
      .sort(byId),
    ...handoverJobs
      .filter((job) => !isLeg(job))
      .map((job) => ({ ...toJob('handover', job, job.facilityId), live: isLiveHandoverJob(job) }))
      .sort(byId),
  ];
}

const toJob = (type: Job['type'], { id, status }: Pick<Job, 'id' | 'status'>, facility: string | null) => ({
  ...{ type, id, status },
  facility: facility ?? undefined,
});

/** Both are sorted in the state. A refund is asked for, not paid: that is another's to tell. */
const returnsOf = ({ returns, refunds }: ProcessState): Job[] => [
  ...returns.map(({ id, status }) => ({ ...toJob('return', { id, status }, null), live: status !== 'CANCELED' })),
  ...refunds.map(({ returnId, status, createdAt }) => ({
    ...{ type: 'refund' as const, id: returnId, status: status ?? undefined, live: true },
    created: new Date(createdAt).toISOString(),
  })),
];

const byId = (a: Job, b: Job): number => compareText(a.id, b.id);

const toEntry = ({ type, id, status, facility, created }: Job): string =>
  JSON.stringify({ type, id, status, facility, created });

const toText = (jobs: readonly Job[], omitted: number): string =>
  `[${[...jobs.map(toEntry), ...(omitted > 0 ? [JSON.stringify({ omitted })] : [])].join()}]`;
