import { type Flag, numberFlag, probabilityFlag, switchFlag, type Values } from '@pipeline/simulator-control';
import { maxMs, type Switch } from './switches.ts';
import { type SetName, setNames, type SwitchSets, tables } from './switchSets.ts';

const toKebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Of a switch that is on by default the flag is `--no-<name>`; the help says what `--harsh` makes of it. */
function toFlag({ kind, preset, harsh, help }: Switch): Flag<number | boolean> {
  const side = harsh === preset ? help : `${help}; --harsh: ${harsh === true ? 'on' : harsh}`;
  if (kind === 'flag') return switchFlag({ preset: preset === true, help: side });
  if (kind === 'chance') return probabilityFlag({ preset: Number(preset), help: side });
  const range = kind === 'ms' ? { min: 0, max: maxMs } : { min: 400, max: 599 };
  return numberFlag({ preset: Number(preset), help: side, ...range });
}

const rows = setNames.flatMap((set) =>
  Object.entries(tables[set].table).map(([name, row]) => ({ set, name, flag: toKebab(name), row })),
);

/** One flag for each switch. */
export const switchFlags: Readonly<Record<string, Flag<number | boolean>>> = Object.fromEntries(
  rows.map(({ flag, row }) => [flag, toFlag(row)]),
);

export type SwitchFlagValues = Values<typeof switchFlags>;

/**
 * The switches that the flags set. With `harsh` those that have their preset are left out, for they may just not have
 * been given: harshness decides about them.
 */
export const toSwitchOptions = (
  values: SwitchFlagValues,
  harsh: boolean,
): { readonly [Name in SetName]: Partial<SwitchSets[Name]> } =>
  Object.fromEntries(
    setNames.map((set) => [
      set,
      Object.fromEntries(
        rows
          .filter((row) => row.set === set && !(harsh && values[row.flag] === row.row.preset))
          .map((row) => [row.name, values[row.flag]]),
      ),
    ]),
  ) as { readonly [Name in SetName]: Partial<SwitchSets[Name]> };
