import type { GatePolicy } from '@pipeline/fulfillment';
import type { OrderPage } from '@pipeline/platform-commercetools';
import type { Environment } from '@pipeline/service-kit';
import { type Log, withLog } from '../kafka/log.ts';
import { type Output, toJson } from '../output.ts';
import { createTiming } from '../progress.ts';
import { countOpen } from '../replay/command.ts';
import { checkTopics } from '../replay/plan.ts';
import { parseReplaySource } from '../replay/sources.ts';
import { opsTargetFrom } from '../target.ts';
import { createBar } from '../bar.ts';
import { describeBackfill } from './describe.ts';
import { gatePolicyFrom } from './gatePolicy.ts';
import { INTERRUPTED, withInterruption } from '../interruption.ts';
import { readSent, type Sent } from './lane.ts';
import { withLaneQueue } from '../kafka/laneQueue.ts';
import { listOrders } from './listOrders.ts';
import { type BackfillPlan, planBackfill } from './plan.ts';
import { backfillCommand, backfillIdOf, type BackfillSelection, toTime } from './selection.ts';
import { sendBackfill } from './send.ts';
import { type Shop, withShop } from '../vendors/shop.ts';
import manifest from '../../../package.json' with { type: 'json' };

export interface BackfillOptions extends BackfillSelection {
  /** Orders per second. */
  readonly perSecond: number;
  readonly dryRun: boolean;
  /** Nobody is asked. */
  readonly yes: boolean;
  readonly json: boolean;
}

const source = parseReplaySource('commercetools.notifications');
const { lane } = source;

interface Run {
  readonly log: Log;
  readonly shop: Shop;
  readonly policy: GatePolicy;
  readonly options: BackfillOptions;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** `backfill`. Returns the exit code: 0 also when there was nothing to send, 130 when it was interrupted. */
export async function backfill(env: Environment, options: BackfillOptions, output: Output): Promise<number> {
  const { json } = options;
  const { out, err } = json ? { out: output.err, err: output.err } : output;
  const target = opsTargetFrom(env);
  const policy = gatePolicyFrom(env);
  return await withInterruption((signal) =>
    withShop(env, { what: 'Orders', scope: 'view_orders' }, (shop) =>
      withLog({ target, topics: [lane.source, lane], say: err }, async (log) => {
        const run = { log, shop, policy, options, say: err, signal };
        const plan = await toPlan(run);
        if (plan === undefined) {
          out('Interrupted: nothing was sent.');
          return INTERRUPTED;
        }
        const open = await countOpen(log, source);
        const { placeConfirmedSince } = policy;
        const { perSecond } = options;
        const facts = { lane: log.nameOf(lane), perSecond, placeConfirmedSince, open };
        describeBackfill(plan, options, facts).forEach((line) => out(line));
        let sent = 0;
        if (plan.count === 0) out('Nothing to send.');
        else if (options.dryRun) out('Dry run: nothing was sent.');
        else if (await isConfirmed(plan, options, output)) sent = await send(run, plan, out);
        else out('Nothing was sent.');
        const interrupted = signal.aborted;
        if (json) output.out(toJson(toReport(plan, options, { sent, open, log, interrupted })));
        return interrupted ? INTERRUPTED : 0;
      }),
    ),
  );
}

const pagesOf = ({ shop, options, signal }: Run, { after }: Sent): AsyncIterable<OrderPage> =>
  listOrders({ api: shop.api, selection: options, after, signal });

/** undefined: it was interrupted. */
async function toPlan(run: Run): Promise<BackfillPlan | undefined> {
  const { log, options, policy, say, signal } = run;
  checkTopics(log, source);
  const backfillId = backfillIdOf(options);
  // The first of them was sent after the end of the range.
  const since = options.created ? { since: options.created.to } : {};
  const sent = await readSent(log, { lane, backfillId, ...since });
  const isTime = createTiming();
  const onListed = (count: number): void => {
    if (isTime()) say(`… ${count} orders listed`);
  };
  const pages = pagesOf(run, sent);
  try {
    return await planBackfill({ backfillId, selection: options, sent, pages, policy, now: Date.now(), onListed });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function send(run: Run, plan: BackfillPlan, out: (line: string) => void): Promise<number> {
  const { log, shop, options, say, signal } = run;
  const { backfillId, sent } = plan;
  const command = backfillCommand(options, options);
  const goOn = `${command} --yes`;
  // Said before it begins: whoever has to break it off needs it.
  say(`To go on after an interruption: ${goOn}`);
  const bar = createBar(plan.count, say);
  let count = 0;
  try {
    await withLaneQueue(log, lane, (laneQueue) =>
      sendBackfill({
        ...laneQueue,
        pages: pagesOf(run, sent),
        selection: options,
        sent,
        backfillId,
        projectKey: shop.projectKey,
        producer: `ops@${manifest.version}`,
        perSecond: options.perSecond,
        onSent: (so) => bar((count = so)),
        signal,
      }),
    );
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Stopped after ${count} of ${plan.count}: ${why}\nGo on with: ${goOn}\nWhat is in the lane is not sent twice.`,
      { cause },
    );
  }
  if (signal.aborted) out(`Interrupted after ${count} of ${plan.count}. Go on with: ${goOn}`);
  else out(`${count} sent. How far ingest-ct is: pipeline_replay_lag, or ${command} --dry-run`);
  return count;
}

async function isConfirmed({ count }: BackfillPlan, { yes }: BackfillOptions, { ask }: Output): Promise<boolean> {
  if (yes) return true;
  if (!ask) throw new Error('Nothing was sent: nobody can be asked here. Look at --dry-run, then add --yes.');
  const answer = await ask(`Send ${count} orders through the pipeline? Type yes: `);
  return answer.trim().toLowerCase() === 'yes';
}

interface Outcome {
  readonly sent: number;
  readonly open: number | undefined;
  readonly log: Log;
  readonly interrupted: boolean;
}

const toReport = (plan: BackfillPlan, options: BackfillOptions, { sent, open, log, interrupted }: Outcome) => ({
  backfillId: plan.backfillId,
  lane: log.nameOf(lane),
  from: options.created && toTime(options.created.from),
  to: options.created && toTime(options.created.to),
  states: options.states,
  planned: plan.count,
  gate: Object.fromEntries(plan.verdicts),
  sentBefore: plan.sent.count,
  sent,
  openInLane: open,
  interrupted,
});
