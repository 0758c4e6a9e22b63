import type { FulfillmentEvent, LedgerEntry, Placement } from '@pipeline/schemas/types';
import { aLedgerEntry, aPlacement, NOON } from './factories.ts';
import { aLife, interleave, type Life, type LifeStep } from './life.ts';
import { createTape, type LifeOptions } from './tape.ts';

/** What happened to an order that goes to several targets: to each of them as if it was an order of its own. */
export interface DividedLife {
  readonly targets: readonly { readonly target: string; readonly life: Life }[];
  /** The division is the first, as it stands in the ledger before anything is placed. */
  readonly steps: readonly LifeStep[];
}

/** The first is a shipping key; the others have one together. */
const names = ['home', 'office.1', 'office.2'];

/**
 * A possible life of a divided order: one tape for each target, up to three, and one that says what comes when. The ids
 * of a target's processes, orders and jobs begin with its name.
 */
export function aDividedLife(
  tapes: readonly (readonly number[])[],
  arrival: readonly number[],
  options: LifeOptions = {},
): DividedLife {
  const targets = tapes.slice(0, names.length).map((tape, index) => {
    const target = names[index] ?? '';
    const life = aLife(tape, options);
    return { target, life: { ...life, steps: life.steps.map((step) => ofTarget(step, target)) } };
  });
  const events = targets.map(({ life }) => life.steps.filter(({ input }) => !('placements' in input)));
  const [division, ...placing] = ledgerOf(targets);
  return { targets, steps: [...(division ?? []), ...interleave([placing.flat(), ...events], createTape(arrival, {}))] };
}

/** The division, then what is written of each target; each entry tells of all of them. */
function ledgerOf(targets: DividedLife['targets']): LifeStep[][] {
  const shown = new Map<string, Placement>(
    targets.map(({ target }) => {
      const nothing = { status: 'released', attempt: 0, providerOrderId: null, processId: null, lines: [] } as const;
      return [target, aPlacement({ ...nothing, target, placedAt: null })];
    }),
  );
  let updatedAt = NOON - 100;
  const entry = (): LifeStep => ({
    input: aLedgerEntry({ placements: [...shown.values()], updatedAt: updatedAt++ }),
    lowers: false,
  });
  return [
    [entry()],
    ...targets.map(({ target, life }) =>
      life.steps.flatMap(({ input }) => {
        if (!('placements' in input)) return [];
        for (const placement of input.placements) shown.set(target, { ...placement, target });
        return [entry()];
      }),
    ),
  ];
}

const ids = [
  ...['id', 'processId', 'providerOrderId', 'pickJobId', 'routingPlanId', 'parentId', 'parcelId', 'shipmentId'],
  ...['returnId', 'returnJobId'],
];

const ofTarget = ({ input, lowers }: LifeStep, target: string): LifeStep => ({
  input: JSON.parse(JSON.stringify(input), (name, value: unknown) =>
    ids.includes(name) && typeof value === 'string' ? `${target}:${value}` : value,
  ) as FulfillmentEvent | LedgerEntry,
  lowers,
});
