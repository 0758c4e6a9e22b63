import type { LandingOutcome } from '@pipeline/landing';
import { type ClosableIntake, createIntake, type IntakeOptions } from '../intake.ts';

export const landedOne: LandingOutcome = { kind: 'landed', seconds: 0, count: 1, ids: [] };
export const failedOne: LandingOutcome = { kind: 'rejected', reason: 'publish-failed', error: new Error('no Kafka') };

export interface TestIntake {
  readonly intake: ClosableIntake;
  /** Texts that were handed over for landing, each time. */
  readonly handed: string[];
  /** What the observer and the hooks heard, in order. */
  readonly heard: string[];
}

/** An intake whose landing the test decides; pauses last no time. */
export function startIntake(
  land: (text: string) => LandingOutcome | Promise<LandingOutcome> = () => landedOne,
  options: Partial<IntakeOptions> = {},
): TestIntake {
  const handed: string[] = [];
  const heard: string[] = [];
  const intake = createIntake({
    land: async (body) => {
      handed.push(body.toString());
      return land(body.toString());
    },
    maxMessages: 100,
    maxBytes: 1_000_000,
    bodyLimit: 100_000,
    landed: (outcome) => void heard.push(outcome.kind === 'landed' ? 'landed' : outcome.reason),
    observer: {
      received: () => undefined,
      acknowledged: () => void heard.push('acknowledged'),
      failed: (stage, error) => void heard.push(`${stage} failed: ${(error as Error).message}`),
      recovered: () => void heard.push('recovered'),
    },
    retry: { delayAfter: () => 0 },
    ...options,
  });
  return { intake, handed, heard };
}
