import type { Letter } from '../dlq/letters.ts';
import { positionOf } from '../dlq/letters.ts';
import { adviceFor, redriveCommand } from '../dlq/nextSteps.ts';
import type { Behind, PartitionsAdded, Story } from './story.ts';

/** What an order waits for, in one sentence, and what to do now. */
export interface Verdict {
  /** nothing: it is done. machine: it goes on by itself. person: somebody has to do something. */
  readonly on: 'nothing' | 'machine' | 'person';
  readonly waitsFor: string;
  readonly next: string;
}

export const nothing = (waitsFor: string, next = 'Nothing to do.'): Verdict => ({ on: 'nothing', waitsFor, next });
export const machine = (waitsFor: string, next: string): Verdict => ({ on: 'machine', waitsFor, next });
export const person = (waitsFor: string, next: string): Verdict => ({ on: 'person', waitsFor, next });

/** Letters that nobody has sent back, of these services or of all; the latest first. */
export const openLetters = ({ letters }: Story, services?: readonly string[]): readonly Letter[] =>
  letters
    .filter(({ service, redrives }) => redrives.length === 0 && (services?.includes(service) ?? true))
    .toSorted((a, b) => b.at - a.at);

export function fromLetter(letter: Letter): Verdict {
  const { service, letter: content } = letter;
  return person(
    `a person: its message is parked as a dead letter of ${service}, ${positionOf(letter)}, ${content.errorCode}. ${content.errorMessage}`,
    adviceFor(content.errorCode, redriveCommand(service, { key: content.record.key })),
  );
}

/** What there seems to be no record of may have one that was not read. */
export const fromPartitionsAdded = ({ topic, has, had, service }: PartitionsAdded): Verdict =>
  person(
    `a person: partitions-added. ${topic} has ${has} partitions, and had ${had} when ${service} committed: what is on record of the order may lie in another partition than the one that its key has now, and that was read.`,
    'Do not place it by hand: what is not found here may be on record all the same. See docs/guides/own-kafka.md, "Another number of partitions".',
  );

export const behindOf = ({ behind }: Story, service: string): Behind | undefined =>
  behind.find((entry) => entry.service === service);

/** A service has not come to the latest message, or has it in hand. */
export function fromBehind({ service, place, committed }: Behind): Verdict {
  const far =
    committed === null
      ? 'it has finished nothing in this partition'
      : committed === place.offset
        ? 'it is the next one there'
        : `it has finished what lies below offset ${committed}`;
  return machine(
    `${service}: it has not finished ${place.topic} ${place.partition}:${place.offset} (${far}).`,
    `Does ${service} run, is /readyz of it 200, and ${switches[service] ?? 'are its roles right'}? Then look for this key in its log: "will try again" names the cause.`,
  );
}

const switches: Readonly<Record<string, string>> = {
  'order-router': 'is PLACEMENT=on',
  'status-writer': 'is STATUS_WRITES=on',
  'ingest-ct': 'has ROLES normalise in it',
  'ingest-fft': 'has ROLES normalise in it',
};
