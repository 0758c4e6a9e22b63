import { type Flag, numberFlag, probabilityFlag, switchFlag, type Values } from '@pipeline/simulator-control';
import {
  type Switch,
  switches,
  type SwitchName,
  switchNames,
  type SwitchValues,
  toHarshText,
} from './core/switches.ts';

/** `indexLagMs` → `index-lag-ms`. */
type Kebab<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `-${Lowercase<First>}`}${Kebab<Rest>}`
  : Text;

const toKebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

type SwitchFlags = { readonly [Name in SwitchName as Kebab<Name>]: Flag<SwitchValues[Name]> };

function toFlag(row: Switch<unknown>): Flag<unknown> {
  const { preset, range, values } = row;
  const help = `${row.whenOff ?? row.help}; --harsh: ${toHarshFlagText(row)}`;
  if (typeof preset === 'boolean') return switchFlag({ preset, help });
  if (range?.whole === false) return probabilityFlag({ preset: preset as number, help });
  if (range !== undefined) return numberFlag({ preset: preset as number, ...range, help });
  return {
    placeholder: 'N',
    help,
    preset,
    shown: String(preset),
    expected: values?.join(' or ') ?? '',
    parse: (texts) => values?.find((value) => String(value) === texts.at(-1)),
  };
}

/** Of a switch that is on by default the flag is `--no-<name>`, and that is on when the switch is off. */
const toHarshFlagText = (row: Switch<unknown>): string =>
  row.whenOff === undefined ? toHarshText(row) : row.harsh === true ? 'off' : 'on';

/** One flag for each switch of the API; its help names the harsh side too. */
export const switchFlags = Object.fromEntries(
  switchNames.map((name) => [toKebab(name), toFlag(switches[name] as Switch<unknown>)]),
) as unknown as SwitchFlags;

export const toSwitchValues = (values: Values<SwitchFlags>): SwitchValues =>
  Object.fromEntries(
    switchNames.map((name) => [name, values[toKebab(name) as keyof SwitchFlags]]),
  ) as unknown as SwitchValues;
