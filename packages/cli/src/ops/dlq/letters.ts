import { deadLetterTopics } from '@pipeline/schemas';
import { type DeadLetter, fromDeadLetter, type RawMessage } from '@pipeline/streams';
import { fromMark, type Mark } from './mark.ts';

export type ServiceName = keyof typeof deadLetterTopics;
export const serviceNames = Object.keys(deadLetterTopics) as readonly ServiceName[];
/** Services whose letters have the commercetools order id as their key. */
export const lettersByOrder: readonly ServiceName[] = ['ingest-ct', 'order-router', 'status-writer'];

/** A dead letter where it lies, and what was done about it. */
export interface Letter {
  readonly service: ServiceName;
  readonly partition: number;
  readonly offset: bigint;
  /** When Kafka took it, milliseconds since the epoch. */
  readonly at: number;
  readonly letter: DeadLetter;
  /** undefined: not known. */
  readonly stage: string | undefined;
  /** Oldest first. */
  readonly redrives: readonly Mark[];
}

/** What lies in the dead letter topic of a service. `strangers`: records that are neither letters nor marks. */
export function toLetters(
  service: ServiceName,
  messages: readonly RawMessage[],
): { readonly letters: readonly Letter[]; readonly strangers: number } {
  const marks = new Map<string, Mark[]>();
  const letters: Omit<Letter, 'redrives'>[] = [];
  let strangers = 0;
  for (const message of messages) {
    const mark = fromMark(message);
    if (mark) {
      const address = `${message.partition}:${mark.offset}`;
      marks.set(address, [...(marks.get(address) ?? []), mark]);
      continue;
    }
    const { partition, offset, timestamp: at, headers } = message;
    try {
      letters.push({ service, partition, offset, at, letter: fromDeadLetter(message), stage: headers['dlq.stage'] });
    } catch {
      strangers++;
    }
  }
  return {
    letters: letters.map((letter) => ({ ...letter, redrives: marks.get(positionOf(letter)) ?? [] })),
    strangers,
  };
}

/** As the commands take it. */
export const positionOf = ({ partition, offset }: Pick<Letter, 'partition' | 'offset'>): string =>
  `${partition}:${offset}`;

export interface LetterFilter {
  readonly code?: string | undefined;
  readonly key?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** `partition:offset` */
  readonly position?: string | undefined;
}

export const matches = (letter: Letter, { code, key, since, position }: LetterFilter): boolean =>
  (code === undefined || letter.letter.errorCode === code) &&
  (key === undefined || letter.letter.record.key === key) &&
  (since === undefined || letter.at >= since) &&
  (position === undefined || positionOf(letter) === position);
