import { decoders, isPolluted } from './decoders.ts';
import { type InputKind, inputKinds, type MakeInput } from './inputs.ts';

export interface Finding {
  readonly decoder: string;
  /** Number of the input: with the seed it can be made again. */
  readonly input: number;
  readonly kind: InputKind | 'port';
  readonly what: string;
}

export interface DecoderCounts {
  readonly byKind: Readonly<Record<InputKind, number>>;
  /** By decoder: inputs that it understood, and that it refused as it may. */
  readonly outcomes: Readonly<Record<string, { readonly read: number; readonly refused: number }>>;
  readonly findings: readonly Finding[];
  /** Milliseconds of CPU of this thread. */
  readonly slowest: { readonly ms: number; readonly input: number };
}

export interface RunDecoders {
  readonly make: MakeInput;
  readonly from: number;
  readonly to: number;
  /** Told of each input before it is decoded: who watches sees from it when one takes for ever. */
  readonly onInput?: (index: number) => void;
}

const MOST_FINDINGS = 20;

/** Gives each input to each decoder. Ends early only when there is more to look at than anybody will. */
export function runDecoders({ make, from, to, onInput = () => undefined }: RunDecoders): DecoderCounts {
  const byKind = Object.fromEntries(inputKinds.map((kind) => [kind, 0])) as Record<InputKind, number>;
  const outcomes = Object.fromEntries(decoders.map(({ name }) => [name, { read: 0, refused: 0 }]));
  const findings: Finding[] = [];
  let slowest = { ms: 0, input: from };
  for (let input = from; input < to && findings.length < MOST_FINDINGS; input += 1) {
    onInput(input);
    const { kind, bytes } = make(input);
    byKind[kind] += 1;
    const before = process.threadCpuUsage();
    for (const { name, run, mayThrow } of decoders) {
      const counts = outcomes[name] as { read: number; refused: number };
      try {
        run(bytes);
        counts.read += 1;
      } catch (error) {
        if (mayThrow(error)) counts.refused += 1;
        else findings.push({ decoder: name, input, kind, what: describe(error) });
      }
    }
    const { user, system } = process.threadCpuUsage(before);
    const ms = (user + system) / 1_000;
    if (ms > slowest.ms) slowest = { ms, input };
    if (isPolluted()) {
      findings.push({ decoder: 'any', input, kind, what: 'a prototype was changed' });
      break;
    }
  }
  return { byKind, outcomes, findings, slowest };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${typeof error}`;
  const place = /\n\s+at (.*)/.exec(error.stack ?? '')?.[1]?.replace(/file:\/\/.*?(?=\/(packages|faults)\/)/, '') ?? '';
  return `${error.name}: ${error.message.slice(0, 200)} (${place})`;
}
