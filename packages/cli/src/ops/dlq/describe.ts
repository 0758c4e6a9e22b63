import { describeTime } from '../duration.ts';
import { isOrderId } from '../orderId.ts';
import { plural } from '../plural.ts';
import { quoted } from '../quoted.ts';
import type { LetterGroup } from './groups.ts';
import { type Letter, type LetterFilter, lettersByOrder, positionOf, type ServiceName } from './letters.ts';
import { nextStepFor, redriveCommand } from './nextSteps.ts';
import type { RedrivePlan, RefusedLetter } from './plan.ts';

/** Groups of letters as text: what, how many, since when, one of them, what to do. */
export function describeGroups(groups: readonly LetterGroup[]): string[] {
  if (groups.length === 0) return ['No dead letters.'];
  return groups.flatMap((group) => {
    const { service, code, stage, count, redriven, first, last, example } = group;
    const step = nextStepFor(code);
    const open = count - redriven;
    return [
      `${service}  ${code}${stage === undefined ? '' : ` (${stage})`}: ${plural(count, 'letter')}${redriven === 0 ? '' : `, ${redriven} of them sent back`}`,
      `  first    ${describeTime(first)}   last ${describeTime(last)} UTC`,
      `  example  ${positionOf(example)}  key ${example.letter.record.key || '(none)'}  npm run ops -- dlq show ${service} ${positionOf(example)}`,
      `           ${example.letter.errorMessage}`,
      `  next     ${open === 0 ? 'All were sent back. If the same comes again, the cause is still there. ' : ''}${step.text}`,
      ...(step.redrive && open > 0 ? [`           Then: ${redriveCommand(service, { code })} --dry-run`] : []),
      '',
    ];
  });
}

const reasons: Readonly<Record<RefusedLetter['reason'], (maxReplays: number) => string>> = {
  'sent-back-before': () => 'sent back by an earlier run; --again sends them once more',
  'too-often': (max) => `came back ${max} times or more: the cause is still there; --max-replays raises the limit`,
  pointless: () => 'it would change nothing; --code or --letter sends them all the same',
  state: () =>
    'come from a state topic, where an old entry would win over a newer one. The next event of the order tries again by itself. What commercetools refused can be tried now: the same command with --as-event. For the rest, set the group back: docs/guides/on-call.md#reading-a-topic-again',
  'partitions-added': () =>
    'partitions were added to the topics, and in the partition of their key nothing is on record of them: docs/guides/own-kafka.md, "Another number of partitions"',
  'unknown-origin': () => 'their origin is no topic or partition of this deployment: is TOPIC_PREFIX right?',
};

/** What a redrive is going to do, and what it is not. */
export function describePlan({ send, refused }: RedrivePlan, maxReplays: number): string[] {
  const targets = Map.groupBy(send, ({ topic, asEvent }) => `${topic}${asEvent ? ' as empty events' : ''}`);
  const lines = [...targets].flatMap(([target, plans]) => [
    `${plural(plans.length, 'letter')} to ${target}:`,
    ...plans.slice(0, MOST_LISTED).map(({ letter, also, partition }) => {
      const others = also.length === 0 ? '' : `, stands for ${also.length} more of this order`;
      return `  ${describeLetter(letter)} → partition ${partition}${others}`;
    }),
    ...(plans.length > MOST_LISTED ? [`  … and ${plans.length - MOST_LISTED} more`] : []),
  ]);
  const kept = [...Map.groupBy(refused, ({ reason }) => reason)].flatMap(([reason, letters]) => [
    `${plural(letters.length, 'letter')} not sent: ${reasons[reason](maxReplays)}`,
    ...letters.slice(0, MOST_LISTED).map(({ letter }) => `  ${describeLetter(letter)}`),
    ...(letters.length > MOST_LISTED ? [`  … and ${letters.length - MOST_LISTED} more`] : []),
  ]);
  return [...lines, ...kept];
}

/** Why a filter chooses none of the letters that there are; nothing where it chooses some, or there are none. */
export function describeNoneChosen(
  { send, refused, others }: RedrivePlan,
  service: ServiceName,
  { code, key, position, since }: LetterFilter,
): string[] {
  const asked = [
    ...(code === undefined ? [] : [`the code ${code}`]),
    ...(key === undefined ? [] : [`the key ${key}`]),
    ...(position === undefined ? [] : [`the position ${position}`]),
  ];
  if (send.length + refused.length > 0 || others.length === 0 || asked.length === 0) return [];
  const open = others.filter(({ redrives }) => redrives.length === 0);
  const codes = [...Map.groupBy(open, ({ letter }) => letter.errorCode)];
  const listed = codes.map(([each, letters]) => `${each} (${letters.length})`).join(', ');
  const then = since === undefined ? '' : ` since ${describeTime(since)}`;
  const none = `No letter of ${service}${then} has ${asked.join(' and ')}.`;
  return [
    open.length === 0 ? `${none} All others were sent back.` : `${none} Open are, by code: ${listed}.`,
    ...(key === undefined || isOrderId(key) || !lettersByOrder.includes(service) ? [] : [numberHint(key)]),
  ];
}

const numberHint = (key: string): string =>
  `Their keys are order ids of commercetools, not order numbers: npm run ops -- order ${quoted(key)} shows the id.`;

const MOST_LISTED = 10;

const describeLetter = (letter: Letter): string =>
  `${positionOf(letter)}  ${letter.letter.errorCode}  key ${letter.letter.record.key || '(none)'}`;
