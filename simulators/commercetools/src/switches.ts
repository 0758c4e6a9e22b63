/** What a switch takes: a chance is a number from 0 to 1, `ms` and `status` are whole numbers. */
export type SwitchKind = 'chance' | 'flag' | 'ms' | 'status';

/** A decision about how the simulated platform behaves, as lenient as callers hope or as harsh as the vendor may be. */
export interface Switch<Kind extends SwitchKind = SwitchKind> {
  readonly kind: Kind;
  readonly preset: ValueOf<Kind>;
  readonly harsh: ValueOf<Kind>;
  readonly help: string;
}

type ValueOf<Kind extends SwitchKind> = Kind extends 'flag' ? boolean : number;

export type SwitchTable = Readonly<Record<string, Switch>>;

export type SwitchValues<Table extends SwitchTable> = {
  -readonly [Name in keyof Table]: ValueOf<Table[Name]['kind']>;
};

export const chance = (harsh: number, help: string): Switch<'chance'> => ({ kind: 'chance', preset: 0, harsh, help });
export const flag = (harsh: boolean, help: string): Switch<'flag'> => ({ kind: 'flag', preset: false, harsh, help });
export const ms = (preset: number, harsh: number, help: string): Switch<'ms'> => ({ kind: 'ms', preset, harsh, help });
export const status = (preset: number, help: string): Switch<'status'> => ({
  kind: 'status',
  preset,
  harsh: preset,
  help,
});

/** A copy of all values, as they are without harshness, or with it. */
export const valuesOf = <Table extends SwitchTable>(table: Table, harsh = false): SwitchValues<Table> =>
  Object.fromEntries(
    Object.entries(table).map(([name, row]) => [name, harsh ? row.harsh : row.preset]),
  ) as SwitchValues<Table>;

const kinds: Record<SwitchKind, { readonly isValid: (value: unknown) => boolean; readonly expected: string }> = {
  chance: { isValid: (value) => isBetween(value, 0, 1), expected: 'a number from 0 to 1' },
  flag: { isValid: (value) => typeof value === 'boolean', expected: 'true or false' },
  ms: { isValid: (value) => isBetween(value, 0, maxMs), expected: 'a number of milliseconds from 0' },
  status: {
    isValid: (value) => Number.isInteger(value) && isBetween(value, 400, 599),
    expected: 'a whole number from 400 to 599',
  },
};

export const maxMs = 86_400_000;

const isBetween = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'number' && value >= min && value <= max;

/** `what` owns them, for the error. Throws a RangeError that names the switch that does not exist or is out of range. */
export function parseSwitches<Table extends SwitchTable>(
  what: string,
  table: Table,
  change: Readonly<Record<string, unknown>>,
): Partial<SwitchValues<Table>> {
  for (const [name, value] of Object.entries(change)) {
    const row = Object.hasOwn(table, name) ? table[name] : undefined;
    if (row === undefined) throw new RangeError(`${what} has no '${name}'. Known: ${Object.keys(table).join(', ')}.`);
    const { isValid, expected } = kinds[row.kind];
    if (!isValid(value))
      throw new RangeError(`${what}'s '${name}' is ${JSON.stringify(value)}, but must be ${expected}.`);
  }
  return change as Partial<SwitchValues<Table>>;
}
