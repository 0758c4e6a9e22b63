import { deadLetterTopics } from '@pipeline/schemas';
import { type Output, toJson } from '../output.ts';
import { withLog } from '../kafka/log.ts';
import type { OpsTarget } from '../target.ts';
import { describeGroups } from './describe.ts';
import { groupLetters } from './groups.ts';
import { type LetterFilter, matches, positionOf, type ServiceName } from './letters.ts';
import { nextStepFor } from './nextSteps.ts';
import { readLetters } from './readLetters.ts';

export interface ListOptions {
  readonly services: readonly ServiceName[];
  readonly filter: LetterFilter;
  readonly json: boolean;
}

/** `dlq list`. Returns the exit code. */
export async function listLetters(target: OpsTarget, options: ListOptions, { out, err }: Output): Promise<number> {
  const { services, filter, json } = options;
  const topics = services.map((service) => deadLetterTopics[service]);
  return await withLog({ target, topics, say: err }, async (log) => {
    const { letters, strangers } = await readLetters(log, services, filter.since);
    const groups = groupLetters(letters.filter((letter) => matches(letter, filter)));
    log.gaps.forEach((gap) => err(gap));
    if (strangers > 0) err(`${strangers} records there are no dead letters: something else writes to these topics.`);
    if (json) {
      out(
        toJson(
          groups.map(({ example, first, last, ...group }) => ({
            ...group,
            first: new Date(first).toISOString(),
            last: new Date(last).toISOString(),
            example: {
              position: positionOf(example),
              key: example.letter.record.key,
              message: example.letter.errorMessage,
            },
            next: nextStepFor(group.code),
          })),
        ),
      );
    } else describeGroups(groups).forEach((line) => out(line));
    return 0;
  });
}
