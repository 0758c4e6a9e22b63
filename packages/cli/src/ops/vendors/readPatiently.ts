import { waitBeforeTry } from './waitBeforeTry.ts';

/** What is read, from its beginning after each failure that passes by itself. @throws as `waitBeforeTry`. */
export async function readPatiently<Result>(read: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let failures = 0; ; ) {
    try {
      return await read();
    } catch (error) {
      failures += 1;
      await waitBeforeTry(error, failures, signal);
    }
  }
}
