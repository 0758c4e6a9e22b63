import type { Letter, ServiceName } from './letters.ts';

/** Letters that have one cause, as far as their headers tell. */
export interface LetterGroup {
  readonly service: ServiceName;
  readonly code: string;
  readonly stage: string | undefined;
  readonly count: number;
  /** How many of them were sent back at least once. */
  readonly redriven: number;
  /** When the first and the last was parked, milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  /** The latest; one that was not sent back, if there is one. */
  readonly example: Letter;
}

/** By service, code and stage; the latest trouble first. */
export function groupLetters(letters: readonly Letter[]): readonly LetterGroup[] {
  const groups = Map.groupBy(letters, ({ service, letter, stage }) =>
    JSON.stringify([service, letter.errorCode, stage]),
  );
  return [...groups.values()].flatMap(toGroup).sort((a, b) => b.last - a.last);
}

function toGroup(letters: readonly Letter[]): LetterGroup[] {
  const byAge = [...letters].sort((a, b) => a.at - b.at);
  const [first, last] = [byAge[0], byAge.at(-1)];
  if (!first || !last) return [];
  const { service, letter, stage } = last;
  return [
    {
      service,
      code: letter.errorCode,
      stage,
      count: letters.length,
      redriven: letters.filter(({ redrives }) => redrives.length > 0).length,
      first: first.at,
      last: last.at,
      example: byAge.findLast(({ redrives }) => redrives.length === 0) ?? last,
    },
  ];
}
