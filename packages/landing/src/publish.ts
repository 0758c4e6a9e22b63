import type { StreamService } from '@pipeline/service-kit';
import { failpoint } from '@pipeline/streams';
import type { LandBodyOptions } from './landBody.ts';

/** Writes notifications to a topic, by its deployed name. */
export const createPublish =
  (producer: StreamService['producer'], topic: string): LandBodyOptions['publish'] =>
  async (messages) => {
    const key = messages[0]?.key ?? undefined;
    await failpoint('ingest.beforeProduce', key);
    await producer.send(messages.map((message) => ({ topic, ...message })));
    await failpoint('ingest.afterProduce', key);
  };
