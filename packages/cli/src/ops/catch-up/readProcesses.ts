import {
  createCatchUpTurns,
  type FulfillmenttoolsClient,
  type ProcessReading,
  readProcess,
  takingTurns,
} from '@pipeline/provider-fulfillmenttools';

/**
 * Reads all of processes, leaving out those that are not there. All that it is asked for takes the same turns: two calls
 * a second, as the role catch-up may.
 * @throws PipelineError as the client does.
 */
export function createProcessReader(client: Pick<FulfillmenttoolsClient, 'call'>) {
  const slowly = takingTurns(client, createCatchUpTurns());
  const { signal } = new AbortController();
  return async (processIds: readonly string[]): Promise<readonly ProcessReading[]> => {
    const readings: ProcessReading[] = [];
    for (const processId of processIds) {
      const reading = await readProcess(slowly, { processId, isSettled: () => false, signal });
      if (reading) readings.push(reading);
    }
    return readings;
  };
}
