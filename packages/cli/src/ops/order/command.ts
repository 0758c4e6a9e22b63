import { desired, type StatusPolicy } from '@pipeline/fulfillment';
import type { Environment } from '@pipeline/service-kit';
import { withLog } from '../kafka/log.ts';
import { type Output, toJson } from '../output.ts';
import type { OpsTarget } from '../target.ts';
import { describeStory } from './describe.ts';
import { findStory } from './findStory.ts';
import { createStoryCodec, gatheredTopics } from './gather.ts';
import { describeNotKnown, toNotKnownReport } from './notKnown.ts';
import { findPartitionsAdded } from './partitionsAdded.ts';
import { placementVerdict } from './placementVerdict.ts';
import { statusPolicyFrom } from './policy.ts';
import { statusVerdict } from './statusVerdict.ts';
import type { Story } from './story.ts';
import { fromPartitionsAdded, type Verdict } from './verdict.ts';

export interface OrderOptions {
  /** Order number, or an id of commercetools or fulfillmenttools. */
  readonly id: string;
  /** Milliseconds since the epoch; undefined: as far back as the order's life asks for. */
  readonly since: number | undefined;
  readonly all: boolean;
  readonly json: boolean;
}

const MOST_HAPPENINGS = 30;

/** `order`. Returns the exit code: 1 when nothing is known. */
export async function showOrder(
  { env, target }: { readonly env: Environment; readonly target: OpsTarget },
  options: OrderOptions,
  { out, err }: Output,
): Promise<number> {
  const { id, all, json } = options;
  const policy = statusPolicyFrom(env);
  const now = Date.now();
  const codec = createStoryCodec(target);
  return await withLog({ target, topics: gatheredTopics, say: err }, async (log) => {
    const story = await findStory(id, { log, codec, since: options.since, now, say: err });
    log.gaps.forEach((gap) => err(gap));
    if (!story) {
      const added = await findPartitionsAdded(log);
      err(describeNotKnown(id, added));
      if (json) out(toJson(toNotKnownReport(id, added)));
      return 1;
    }
    const wanted = story.state ? desired(story.state.value, policy) : undefined;
    const verdict = toVerdict(story, policy, now);
    if (json) out(toJson(toReport(story, verdict, wanted)));
    else
      describeStory(story, { verdict, desired: wanted, most: all ? Infinity : MOST_HAPPENINGS }).forEach((line) =>
        out(line),
      );
    return 0;
  });
}

/**
 * What keeps it from being placed comes first, then what keeps commercetools from showing it. Nothing is judged by what
 * may be only a part of what is on record.
 */
export function toVerdict(story: Story, policy: StatusPolicy, now: number): Verdict {
  if (story.partitionsAdded) return fromPartitionsAdded(story.partitionsAdded);
  const wanted = story.state ? desired(story.state.value, policy) : undefined;
  return placementVerdict(story, now) ?? statusVerdict(story, wanted, now);
}

const toReport = (story: Story, verdict: Verdict, wanted: ReturnType<typeof desired> | undefined) => ({
  found: true,
  orderId: story.orderId,
  orderNumber: story.ledger?.value.orderNumber ?? story.state?.value.orderNumber ?? null,
  verdict,
  ledger: story.ledger && { place: story.ledger.place, entry: story.ledger.value },
  state: story.state && { place: story.state.place, folded: story.state.value },
  desired: wanted ?? null,
  links: story.links.map(({ key, place, value }) => ({ key, place, link: value })),
  deadLetters: story.letters.map(({ service, partition, offset, at, stage, redrives, letter }) => ({
    service,
    position: `${partition}:${offset}`,
    at: new Date(at).toISOString(),
    stage: stage ?? null,
    code: letter.errorCode,
    message: letter.errorMessage,
    origin: letter.origin,
    replayCount: letter.replayCount,
    redrives,
  })),
  held: story.held,
  notFinished: story.behind,
  partitionsAdded: story.partitionsAdded,
  happenings: story.happenings,
});
