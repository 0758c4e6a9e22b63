import { parseArgs } from 'node:util';

export class UsageError extends Error {}

/** A flag of the command line. */
export interface Flag<Value> {
  /** What the help calls its value, such as `N`; absent: a switch, which `--no-<name>` turns off. */
  readonly placeholder?: string;
  readonly help: string;
  /** (Default: the flag is absent) */
  readonly preset: Value;
  /** The preset as the help shows it; a switch is shown as the flag that changes it, and that is off. */
  readonly shown: string;
  /** What the value must be, for the error. */
  readonly expected: string;
  /** Undefined: it is not that. */
  parse(texts: readonly string[]): Value | undefined;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;
export type Values<F extends Flags> = { readonly [Name in keyof F]: F[Name] extends Flag<infer Value> ? Value : never };

type Description<Value> = Pick<Flag<Value>, 'preset' | 'help'>;

export const switchFlag = (flag: Description<boolean>): Flag<boolean> => ({
  ...flag,
  shown: 'off',
  expected: 'without a value',
  parse: ([text]) => text === 'true',
});

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

export const numberFlag = ({ min, max, whole = true, ...flag }: Description<number> & Range): Flag<number> => ({
  placeholder: 'N',
  ...flag,
  shown: String(flag.preset),
  expected: `${whole ? 'a whole number' : 'a number'} from ${min} to ${max}`,
  parse(texts) {
    const text = texts.at(-1)?.trim() ?? '';
    const value = text === '' ? Number.NaN : Number(text);
    return value >= min && value <= max && (!whole || Number.isInteger(value)) ? value : undefined;
  },
});

export const portFlag = (): Flag<number> => ({
  ...numberFlag({ preset: 0, min: 0, max: 65_535, help: 'port of the host; 0: any free one' }),
  placeholder: 'PORT',
});

/** An address of an interface, or a name that is resolved to one. */
export const hostFlag = (): Flag<string> => ({
  placeholder: 'HOST',
  preset: '127.0.0.1',
  shown: '127.0.0.1',
  help: 'interface to listen at; 0.0.0.0 in a container, for whoever reaches it: it asks nobody for a password',
  expected: 'an address or a host name',
  parse: (texts) => texts.at(-1) || undefined,
});

export const probabilityFlag = (flag: Description<number>): Flag<number> => ({
  ...numberFlag({ ...flag, min: 0, max: 1, whole: false }),
  placeholder: 'P',
});

export const textFlag = (flag: Description<string>): Flag<string> => ({
  placeholder: 'TEXT',
  ...flag,
  shown: flag.preset,
  expected: 'a text that is not empty',
  parse: (texts) => texts.at(-1) || undefined,
});

/** Arguments → values. Throws UsageError that names the flag and what it must be. */
export function parseFlags<F extends Flags>(flags: F, args: readonly string[]): Values<F> | 'help' {
  const given = collect(flags, args);
  if (given.has('help')) return 'help';
  const values = Object.entries(flags).map(([name, flag]) => {
    const texts = given.get(name);
    const value = texts === undefined ? flag.preset : flag.parse(texts);
    if (value === undefined)
      throw new UsageError(`--${name} is "${texts?.join(' ') ?? ''}", but must be ${flag.expected}.`);
    return [name, value] as const;
  });
  return Object.fromEntries(values) as Values<F>;
}

function collect(flags: Flags, args: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const withValue = Object.entries(flags).filter(([, { placeholder }]) => placeholder !== undefined);
  const options = Object.fromEntries(withValue.map(([name]) => [name, { type: 'string', multiple: true }] as const));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new UsageError(`"${token.value}" belongs to no flag.`);
    const { name, rawName, value, inlineValue } = token;
    const negated = name.startsWith('no-') && isSwitch(flags, name.slice(3));
    if (name === 'help' || name === 'h') given.set('help', []);
    else if (negated || isSwitch(flags, name)) {
      if (value !== undefined) throw new UsageError(`${rawName} is given "${value}", but takes no value.`);
      given.set(negated ? name.slice(3) : name, [String(!negated)]);
    } else if (!Object.hasOwn(flags, name)) throw new UsageError(`There is no flag ${rawName}.`);
    else if (value === undefined || (!inlineValue && value.startsWith('--')))
      throw new UsageError(`${rawName} needs a value: ${flags[name]?.expected}.`);
    else given.set(name, [...(given.get(name) ?? []), value]);
  }
  return given;
}

const isSwitch = (flags: Flags, name: string): boolean =>
  Object.hasOwn(flags, name) && flags[name]?.placeholder === undefined;

/** The text of `--help`. */
export function describeFlags(flags: Flags): string {
  const rows = Object.entries(flags).map(([name, { placeholder, help, preset, shown }]) => {
    const left = placeholder === undefined ? `--${preset === true ? 'no-' : ''}${name}` : `--${name} ${placeholder}`;
    return [left, `${help} (default ${shown})`] as const;
  });
  const all = [...rows, ['--help', 'this text'] as const];
  const width = Math.max(...all.map(([left]) => left.length)) + 2;
  return all.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n');
}
