import { deadLetterTopics, type Topic, topics } from '@pipeline/schemas';
import { fromDeadLetter, type RawMessage } from '@pipeline/streams';
import { createCodec } from '@pipeline/streams/avro';
import { describeTime } from '../duration.ts';
import { withLog } from '../kafka/log.ts';
import { type Output, toJson, withoutAskingAgain } from '../output.ts';
import type { OpsTarget } from '../target.ts';
import { type Letter, positionOf, type ServiceName, toLetters } from './letters.ts';
import { adviceFor, nextStepFor, redriveCommand } from './nextSteps.ts';
import { originTopics } from './plan.ts';

export interface ShowOptions {
  readonly service: ServiceName;
  readonly position: { readonly partition: number; readonly offset: bigint };
  /** Also what the message says: personal data. */
  readonly value: boolean;
  readonly json: boolean;
}

/** `dlq show`. Returns the exit code: 1 when there is no letter. */
export async function showLetter(target: OpsTarget, options: ShowOptions, { out, err }: Output): Promise<number> {
  const { service, position, value, json } = options;
  const topic = deadLetterTopics[service];
  return await withLog({ target, topics: [topic], say: err }, async (log) => {
    const { partition, offset } = position;
    // From the letter on, for the marks behind it.
    const records = await log.read(
      [{ topic, partitions: [partition], range: { from: offset, to: 2n ** 60n } }],
      (message) => message.offset === offset || message.value === null,
    );
    const [message] = records;
    const [letter] = toLetters(service, records).letters.filter((found) => found.offset === offset);
    if (!message || !letter) {
      err(
        `${topic.name} has no dead letter at ${positionOf(position)}. Letters are kept for 28 days; npm run ops -- dlq list --service ${service} shows what there is.`,
      );
      return 1;
    }
    const text = value ? await describeValue(message, target) : undefined;
    if (value) err('What follows holds personal data: keep it out of tickets and chats.');
    if (json)
      out(toJson({ position: positionOf(letter), headers: message.headers, redrives: letter.redrives, value: text }));
    else describeRecord(message, letter, text).forEach((line) => out(line));
    return 0;
  });
}

/** One letter in full; `text`: what its value says, undefined: not asked for. */
export function describeRecord(message: RawMessage, letter: Letter, text: string | undefined): string[] {
  const { errorCode, errorMessage, origin } = letter.letter;
  const command = redriveCommand(letter.service, { position: positionOf(letter) });
  // As in the list: what was sent back goes once more only on purpose.
  const next = letter.redrives.length > 0 ? nextStepFor(errorCode).text : adviceFor(errorCode, command);
  const bytes = message.value?.length ?? 0;
  return [
    `${letter.service} ${positionOf(letter)}, parked ${describeTime(letter.at)} UTC: ${errorCode}`,
    `  ${errorMessage}`,
    `  came from ${origin.topic}, partition ${origin.partition}, offset ${origin.offset}`,
    ...letter.redrives.map(({ at, to, redriveId }) => `  sent back ${at} to ${to}, redrive-id ${redriveId}`),
    `Next step: ${next}`,
    '',
    `key      ${message.key ?? '(none)'}`,
    ...Object.entries(message.headers)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, header]) => `${name}: ${header}`),
    '',
    text ?? `The value (${bytes} bytes) is not shown: it may hold personal data. --value shows it.`,
  ];
}

/** As JSON where it can be read, else as text, else as base64. */
async function describeValue(message: RawMessage, target: OpsTarget): Promise<string> {
  const { value } = message;
  if (value === null) return '(no value)';
  const origin = fromDeadLetter(message).origin.topic;
  const known: readonly Topic[] = [...originTopics, ...Object.values(topics)];
  const source = known.find(({ name }) => `${target.prefix}${name}` === origin);
  if (source?.schema === undefined) return toText(value);
  try {
    return toJson(await createCodec({ ...target, topics: [source] }).decode(source, value));
  } catch (error) {
    return `${withoutAskingAgain((error as Error).message)}\n${toText(value)}`;
  }
}

function toText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('base64');
  }
}
