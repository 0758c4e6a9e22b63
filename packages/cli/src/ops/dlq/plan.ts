import { replayTopics, type Topic, topics } from '@pipeline/schemas';
import { EXHAUSTED, partitionOf } from '@pipeline/streams';
import { type Letter, type LetterFilter, matches } from './letters.ts';
import { isPlatformCode, nextStepFor } from './nextSteps.ts';

/** Topics that a message may be sent back to: logs of what came. Never state, which its one writer keeps. */
export const originTopics: readonly Topic[] = [...Object.values(topics), ...Object.values(replayTopics)].filter(
  ({ cleanup }) => cleanup === 'delete',
);

export interface PlanInput {
  /** All letters of the service; `filter` chooses. */
  readonly letters: readonly Letter[];
  readonly filter: LetterFilter;
  /** A message that came back this often is not sent again. */
  readonly maxReplays: number;
  /** Also those that were sent back before. */
  readonly again: boolean;
  /** For letters from the ledger: an event without content in their place. */
  readonly asEvent: boolean;
  readonly prefix: string;
  /** By deployed name; a topic that is not there is missing. */
  readonly partitions: ReadonlyMap<string, number>;
  /** Partitions were added: what is on record of a key is not in its partition. */
  readonly partitionsAdded: boolean;
}

export interface PlannedLetter {
  readonly letter: Letter;
  /** Others of the same order that this one stands for. */
  readonly also: readonly Letter[];
  readonly topic: string;
  readonly partition: number;
  /** The same for the same redrive of the same letter, however often it is tried. */
  readonly redriveId: string;
  readonly asEvent: boolean;
}

export interface RefusedLetter {
  readonly letter: Letter;
  readonly reason: 'sent-back-before' | 'too-often' | 'pointless' | 'state' | 'unknown-origin' | 'partitions-added';
}

export interface RedrivePlan {
  readonly send: readonly PlannedLetter[];
  readonly refused: readonly RefusedLetter[];
  /** What the filter does not choose. */
  readonly others: readonly Letter[];
}

/** Which letters go back and where, and which do not and why. Pure. */
export function planRedrive(input: PlanInput): RedrivePlan {
  const { letters, filter, prefix } = input;
  const ledger = `${prefix}${topics.fulfillmentOrders.name}`;
  const send: PlannedLetter[] = [];
  const refused: RefusedLetter[] = [];
  const events = new Map<string, number>();
  for (const letter of letters.filter((candidate) => matches(candidate, filter))) {
    const reason = refusalOf(letter, input);
    const { origin, record } = letter.letter;
    const nudge = reason === 'state' && input.asEvent && mayBeEvent(letter, ledger) ? record.key : null;
    if (reason !== undefined && nudge === null) {
      refused.push({ letter, reason });
      continue;
    }
    const index = nudge === null ? undefined : events.get(nudge);
    const sibling = index === undefined ? undefined : send[index];
    if (index !== undefined && sibling) {
      // Which message of the order was in hand does not matter to the state: one is enough.
      send[index] = { ...sibling, also: [...sibling.also, letter] };
      continue;
    }
    if (nudge !== null) events.set(nudge, send.length);
    const topic = nudge === null ? origin.topic : `${prefix}${topics.fulfillmentEvents.name}`;
    const asEvent = nudge !== null;
    const partition = partitionFor(letter, input.partitions);
    send.push({ letter, also: [], topic, partition, redriveId: toRedriveId(letter), asEvent });
  }
  return { send, refused, others: letters.filter((letter) => !matches(letter, filter)) };
}

function refusalOf(letter: Letter, input: PlanInput): RefusedLetter['reason'] | undefined {
  const { redrives, letter: content } = letter;
  if (content.errorCode === 'wrong-partition' && input.partitionsAdded) return 'partitions-added';
  if (redrives.length > 0 && !input.again) return 'sent-back-before';
  if (content.replayCount >= input.maxReplays) return 'too-often';
  const { code, position } = input.filter;
  if (!nextStepFor(content.errorCode).redrive && code === undefined && position === undefined) return 'pointless';
  const { topic, partition } = content.origin;
  if (stateTopics.some(({ name }) => `${input.prefix}${name}` === topic)) return 'state';
  const isOrigin = originTopics.some(({ name }) => `${input.prefix}${name}` === topic);
  return isOrigin && partition < (input.partitions.get(topic) ?? 0) ? undefined : 'unknown-origin';
}

/** The one that it came from: others of its key are there. What lay in a wrong one goes to its own. */
function partitionFor({ letter: { origin, errorCode, record } }: Letter, partitions: PlanInput['partitions']): number {
  const count = partitions.get(origin.topic);
  if (errorCode !== 'wrong-partition' || record.key === null || count === undefined) return origin.partition;
  return partitionOf(record.key, count);
}

const stateTopics: readonly Topic[] = Object.values(topics).filter(({ cleanup }) => cleanup !== 'delete');

/**
 * What commercetools refused, or was given up, is remembered in the state, and tried again at any message of the order with a new redrive
 * id. What could not even be read from its topic is not in the state, so another message does not cure it.
 */
const mayBeEvent = ({ service, stage, letter: { origin, errorCode } }: Letter, ledger: string): boolean =>
  service === 'status-writer' &&
  stage === 'call' &&
  (isPlatformCode(errorCode) || errorCode === EXHAUSTED) &&
  origin.topic === ledger;

/** With the time, since a topic that was made anew has the same offsets again. */
const toRedriveId = ({ service, partition, offset, at, redrives }: Letter): string =>
  `${service}-${partition}-${offset}-${at}-${redrives.length + 1}`;
