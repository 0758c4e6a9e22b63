import { type Log, withLog } from '../kafka/log.ts';
import { toSlices } from '../kafka/slices.ts';
import { type Output, toJson } from '../output.ts';
import { plural } from '../plural.ts';
import type { OpsTarget } from '../target.ts';
import { copyToLane } from './copy.ts';
import { describeCopied, describeReplay, replayCommand } from './describe.ts';
import { planReplay, type ReplayPlan, type ReplaySelection } from './plan.ts';
import type { ReplaySource } from './sources.ts';

export interface ReplayOptions extends ReplaySelection {
  readonly perSecond: number;
  readonly dryRun: boolean;
  /** Nobody is asked. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** `replay`. Returns the exit code: 0 also when there was nothing to copy. */
export async function replay(target: OpsTarget, options: ReplayOptions, output: Output): Promise<number> {
  const { source, json } = options;
  const { lane } = source;
  const { out, err } = json ? { out: output.err, err: output.err } : output;
  return await withLog({ target, topics: [lane.source, lane], say: err }, async (log) => {
    const plan = await planReplay(log, options);
    const open = await countOpen(log, source);
    describeReplay(plan, options, { nameOf: (topic) => log.nameOf(topic), open }).forEach((line) => out(line));
    let copied = 0;
    if (plan.count === 0) out('Nothing to copy.');
    else if (options.dryRun) out('Dry run: nothing was copied.');
    else if (await isConfirmed(plan, options, output)) {
      copied = await copy(log, plan, options, err);
      out(describeCopied(copied, options));
    } else out('Nothing was copied.');
    if (json) output.out(toJson(toReport(plan, options, { copied, open, log })));
    return 0;
  });
}

async function copy(log: Log, plan: ReplayPlan, options: ReplayOptions, say: (line: string) => void): Promise<number> {
  let copied = 0;
  let told = 0;
  const onCopied = (count: number): void => {
    copied = count;
    if (count - told < 1_000) return;
    told = count;
    say(`… ${count} of at most ${plan.count} copied`);
  };
  const command = replayCommand(options);
  // Said before it begins: whoever breaks it off needs it.
  say(`To go on after an interruption: ${command} --yes`);
  try {
    return await copyToLane({ log, plan, selection: options, perSecond: options.perSecond, onCopied });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Stopped after ${copied} of at most ${plan.count}: ${why}\nGo on with: ${command} --yes\nWhat is in the lane is not copied twice.`,
      { cause },
    );
  }
}

/** Messages of the lane that its group has not committed; undefined: it may not be asked for. */
export async function countOpen(log: Log, { lane, service }: ReplaySource): Promise<number | undefined> {
  const committed = await log.committed(service, lane);
  if (!committed) return undefined;
  const slices = await toSlices(log.kafka, [{ name: log.nameOf(lane) }]);
  return slices.reduce((sum, { partition, from, to }) => {
    const done = committed.get(partition) ?? from;
    // What retention has deleted is not to do any more.
    return sum + Number(to - (done > from ? done : from));
  }, 0);
}

async function isConfirmed({ count }: ReplayPlan, { yes, source }: ReplayOptions, { ask }: Output): Promise<boolean> {
  if (yes) return true;
  if (!ask) throw new Error('Nothing was copied: nobody can be asked here. Look at --dry-run, then add --yes.');
  const answer = await ask(`Let ${source.service} handle at most ${plural(count, 'message')} once more? Type yes: `);
  return answer.trim().toLowerCase() === 'yes';
}

const toReport = (
  { replayId, partitions, count, copied: before }: ReplayPlan,
  { source, since, until, key }: ReplayOptions,
  { copied, open, log }: { copied: number; open: number | undefined; log: Log },
) => ({
  replayId,
  source: log.nameOf(source.lane.source),
  lane: log.nameOf(source.lane),
  since: new Date(since).toISOString(),
  until: new Date(until).toISOString(),
  key,
  planned: count,
  copiedBefore: before,
  copied,
  openInLane: open,
  partitions,
});
