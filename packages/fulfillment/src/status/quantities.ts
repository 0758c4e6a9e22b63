import type { HandoverJob, OrderedLine, PickJob } from '@pipeline/schemas/types';
import { isHandedOver, isNotTaken, isPickingFinal, type Work } from './work.ts';

type Counts = ReadonlyMap<string, number>;

export interface Quantities {
  /** Everything ordered is handed over, refused, cancelled or not found. undefined: not known, never guessed. */
  readonly settled: boolean | undefined;
  /** Everything ordered was handed over, or the customer did not take it. */
  readonly complete: boolean;
  /** At least one piece was handed over. */
  readonly started: boolean;
  /** The customer refused something, or did not come for it. */
  readonly refused: boolean;
  /** Some goods are in no live pick job and no plan. */
  readonly uncovered: boolean;
  /** Everything ordered is in a handover job or settled. */
  readonly atHandover: boolean;
}

export interface QuantitiesInput {
  readonly work: Work;
  /** Newest known lines of the order; undefined: not known. */
  readonly ordered: readonly OrderedLine[] | undefined;
  /** The order itself was cancelled: what was not handed over is not owed. */
  readonly cancelled: boolean;
  readonly shortfall: 'settled' | 'open';
}

/** Where the ordered goods are, per article. A substitute is counted by the mapping as the article it replaces. */
export function quantitiesOf({ work, ordered, cancelled, shortfall }: QuantitiesInput): Quantities {
  const handedOverJobs = work.handoverJobs.filter(isHandedOver);
  const gone = handedOverJobs.map((job) => givenAway(job, work));
  const handedOver = total(gone.flatMap((lines) => lines ?? []));
  const turnedDown = total([...refusedLines(handedOverJobs), ...leftBehind(work)]);
  const owed = total(ordered ?? []);
  const inWork = total([
    ...work.pickJobs.flatMap(({ lines }) => lines),
    ...work.plans.filter(isCarrying).flatMap(({ lines }) => lines),
  ]);
  const missing = total(work.pickJobs.filter((job) => isPickingFinal(job, work)).flatMap((job) => notFound(job, work)));
  const writtenOff = (article: string): number => {
    // beyond what was ordered, work is a second try for goods that were not found
    const replaced = Math.max(0, at(inWork, article) - at(owed, article));
    return shortfall === 'settled' ? Math.max(0, at(missing, article) - replaced) : 0;
  };
  const every = (counted: (article: string) => number): boolean =>
    ordered !== undefined && [...owed].every(([article, quantity]) => counted(article) >= quantity);
  const done = (article: string): number => at(handedOver, article) + at(turnedDown, article) + writtenOff(article);
  const ready = total(
    work.handoverJobs.filter((job) => !isHandedOver(job)).flatMap((job) => contents(job, work) ?? []),
  );
  const known = ordered !== undefined && gone.every((lines) => lines !== undefined);
  return {
    settled: cancelled || (every(done) ? true : known ? false : undefined),
    complete: every((article) => at(handedOver, article) + at(turnedDown, article)),
    started: gone.some((lines) => lines === undefined || lines.some(({ quantity }) => quantity > 0)),
    refused: turnedDown.size > 0,
    uncovered: ordered !== undefined && !every((article) => at(inWork, article)),
    atHandover: every((article) => done(article) + at(ready, article)),
  };
}

/** Of several orders together: the goods of one make up for nothing of another. */
export const addUpQuantities = (all: readonly Quantities[]): Quantities => ({
  settled: all.every(({ settled }) => settled)
    ? true
    : all.some(({ settled }) => settled === false)
      ? false
      : undefined,
  complete: all.every(({ complete }) => complete),
  started: all.some(({ started }) => started),
  refused: all.some(({ refused }) => refused),
  uncovered: all.some(({ uncovered }) => uncovered),
  atHandover: all.every(({ atHandover }) => atHandover),
});

const at = (counts: Counts, article: string): number => counts.get(article) ?? 0;

function total(lines: readonly OrderedLine[]): Counts {
  const counts = new Map<string, number>();
  for (const { articleId, quantity } of lines) {
    if (quantity > 0) counts.set(articleId, at(counts, articleId) + quantity);
  }
  return counts;
}

/** ROUTED, FALLBACK and WAITING plans will get a pick job; one that is not routable carries nothing. */
const isCarrying = ({ status }: Work['plans'][number]): boolean => status !== 'NOT_ROUTABLE';

/** What a handover of the job holds was picked, also when the job's own account of that is older. */
function notFound({ id, lines }: PickJob, { handoverJobs }: Work): OrderedLine[] {
  const held = total(handoverJobs.filter(({ pickJobId }) => pickJobId === id).flatMap((job) => job.lines));
  return lines.map(({ articleId, quantity, picked }) => ({
    articleId,
    quantity: quantity - Math.max(picked, at(held, articleId)),
  }));
}

/** What a handover job without lines of its own holds is what its pick job gave; undefined: that is not known. */
function contents(job: HandoverJob, { pickJobs, deadPickJobs }: Work): readonly OrderedLine[] | undefined {
  if (job.lines.length > 0) return job.lines;
  const pickJob = [...pickJobs, ...deadPickJobs].find(({ id }) => id === job.pickJobId);
  return pickJob?.lines.map(({ articleId, picked }) => ({ articleId, quantity: picked }));
}

/** The goods that left with a handover; undefined: not known. */
export const givenAway = (job: HandoverJob, work: Work): readonly OrderedLine[] | undefined =>
  job.lines.length > 0
    ? job.lines.map(({ articleId, handedOver }) => ({ articleId, quantity: handedOver }))
    : contents(job, work);

const refusedLines = (jobs: readonly HandoverJob[]): OrderedLine[] =>
  jobs.flatMap(({ lines }) => lines.map(({ articleId, refused }) => ({ articleId, quantity: refused })));

/** Goods that the customer did not take, unless another handover of the same job followed. */
function leftBehind(work: Work): OrderedLine[] {
  return work.deadHandoverJobs
    .filter(isNotTaken)
    .filter((job) => !work.handoverJobs.some(({ pickJobId }) => pickJobId !== null && pickJobId === job.pickJobId))
    .flatMap((job) => contents(job, work) ?? []);
}
