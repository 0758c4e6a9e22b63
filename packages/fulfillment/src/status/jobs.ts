import type { ProcessState } from '@pipeline/schemas/types';
import { currentPickJobs } from './entities.ts';
import { compareText } from './join.ts';
import { isLiveHandoverJob, isLivePackJob, isLivePickJob } from './work.ts';

/** Of the text, in characters: some 80 jobs. The platform's orders should stay small. */
const MOST_CHARACTERS = 10_000;

interface Job {
  readonly type: 'pick' | 'pack' | 'handover';
  readonly id: string;
  readonly status: string;
  /** Left out of the text: not known. */
  readonly facility: string | undefined;
  readonly live: boolean;
}

/**
 * All jobs for the customer as JSON: a list of `{type, id, status, facility}`, pick jobs before pack jobs before handover
 * jobs, each by id. Dead ones too; legs between two facilities are none. When it would be too long, as many dead ones as
 * need be are left out, then live ones, those with the greatest ids first, and `{omitted: n}` is the last of the list.
 * null: there are no jobs.
 */
export function jobsText(process: ProcessState): string | null {
  const jobs = jobsOf(process);
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

const byId = (a: Job, b: Job): number => compareText(a.id, b.id);

const toEntry = ({ type, id, status, facility }: Job): string => JSON.stringify({ type, id, status, facility });

const toText = (jobs: readonly Job[], omitted: number): string =>
  `[${[...jobs.map(toEntry), ...(omitted > 0 ? [JSON.stringify({ omitted })] : [])].join()}]`;
