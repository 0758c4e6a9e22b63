import { deadLetterTopics, topics } from '@pipeline/schemas';
import { createCodec } from '@pipeline/streams/avro';
import type { Log } from '../kafka/log.ts';
import { withLog } from '../kafka/log.ts';
import { findPartitionsAdded } from '../order/partitionsAdded.ts';
import { type Output, toJson } from '../output.ts';
import type { OpsTarget } from '../target.ts';
import { describeNoneChosen, describePlan } from './describe.ts';
import { type LetterFilter, positionOf, type ServiceName } from './letters.ts';
import { originTopics, planRedrive, type RedrivePlan } from './plan.ts';
import { readLetters } from './readLetters.ts';
import { sendBack } from './send.ts';

export interface RedriveOptions {
  readonly service: ServiceName;
  readonly filter: LetterFilter;
  readonly maxReplays: number;
  readonly perSecond: number;
  readonly again: boolean;
  readonly asEvent: boolean;
  readonly dryRun: boolean;
  /** Nobody is asked. */
  readonly yes: boolean;
  readonly json: boolean;
}

/**
 * `dlq redrive`. Returns the exit code: 0 also when there was nothing to send, 1 when the filter names what none of the
 * letters has.
 */
export async function redrive(target: OpsTarget, options: RedriveOptions, output: Output): Promise<number> {
  const { service, filter, maxReplays, json } = options;
  const { prefix } = target;
  const { out, err } = json ? { out: output.err, err: output.err } : output;
  const used = [deadLetterTopics[service], ...originTopics];
  return await withLog({ target, topics: used, say: err }, async (log) => {
    const plan = await toPlan(log, options, prefix);
    describePlan(plan, maxReplays).forEach((line) => out(line));
    const none = describeNoneChosen(plan, service, filter);
    none.forEach((line) => out(line));
    let sent = 0;
    if (plan.send.length === 0) out('Nothing to send.');
    else if (options.dryRun) out('Dry run: nothing was sent.');
    else if (await isConfirmed(plan, options, output)) {
      const codec = createCodec({ ...target, topics: [topics.fulfillmentOrders, topics.fulfillmentEvents] });
      const { perSecond } = options;
      const onSent = (count: number) => {
        if (count % 100 === 0) err(`… ${count} of ${plan.send.length} sent`);
      };
      const planAgain = async () =>
        new Set((await toPlan(log, options, prefix)).send.map(({ redriveId }) => redriveId));
      sent = await sendBack(plan.send, { log, service, prefix, codec, perSecond, onSent, planAgain, now: Date.now });
      out(`${sent} sent. What fails again comes back as a new letter: npm run ops -- dlq list --service ${service}`);
    } else {
      out('Nothing was sent.');
    }
    if (json) output.out(toJson(toReport(plan, { sent, filter })));
    return none.length > 0 ? 1 : 0;
  });
}

async function toPlan(log: Log, options: RedriveOptions, prefix: string): Promise<RedrivePlan> {
  const { service, filter, maxReplays, again, asEvent } = options;
  const { letters } = await readLetters(log, [service], filter.since);
  // A mark behind what was read would be missing: better nothing than twice.
  const [gap] = log.gaps;
  if (gap !== undefined) throw new Error(`${gap} Nothing was sent.`);
  const partitions = new Map(originTopics.map((topic) => [log.nameOf(topic), log.partitionCount(topic)]));
  const isMoved = letters.some(({ letter }) => letter.errorCode === 'wrong-partition');
  const partitionsAdded = isMoved && (await findPartitionsAdded(log)) !== null;
  return planRedrive({ letters, filter, maxReplays, again, asEvent, prefix, partitions, partitionsAdded });
}

async function isConfirmed({ send }: RedrivePlan, { yes, service }: RedriveOptions, { ask }: Output): Promise<boolean> {
  if (yes) return true;
  if (!ask) throw new Error('Nothing was sent: nobody can be asked here. Look at --dry-run, then add --yes.');
  const answer = await ask(`Is the cause removed? Send ${send.length} of ${service} back? Type yes: `);
  return answer.trim().toLowerCase() === 'yes';
}

const toReport = ({ send, refused }: RedrivePlan, { sent, filter }: { sent: number; filter: LetterFilter }) => ({
  filter,
  sent,
  planned: send.map(({ letter, topic, partition, redriveId, asEvent }) => ({
    position: positionOf(letter),
    key: letter.letter.record.key,
    code: letter.letter.errorCode,
    topic,
    partition,
    redriveId,
    asEvent,
  })),
  refused: refused.map(({ letter, reason }) => ({
    position: positionOf(letter),
    key: letter.letter.record.key,
    code: letter.letter.errorCode,
    reason,
  })),
});
