import { deadLetterTopics } from '@pipeline/schemas';
import type { Log } from '../kafka/log.ts';
import { type Letter, type ServiceName, toLetters } from './letters.ts';

/** Letters of these services without their values, by service, partition and offset. */
export async function readLetters(
  log: Log,
  services: readonly ServiceName[],
  since?: number,
): Promise<{ readonly letters: readonly Letter[]; readonly strangers: number }> {
  const found = await log.readHeaders(services.map((service) => ({ topic: deadLetterTopics[service], since })));
  const byService = services.map((service) =>
    toLetters(
      service,
      found.filter(({ source }) => source === deadLetterTopics[service]),
    ),
  );
  return {
    letters: byService.flatMap(({ letters }) => [...letters].sort(inOrder)),
    strangers: byService.reduce((sum, { strangers }) => sum + strangers, 0),
  };
}

const inOrder = (a: Letter, b: Letter): number => a.partition - b.partition || Number(a.offset - b.offset);
