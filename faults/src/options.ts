import { readFlags, seedOf, UsageError } from './sandboxParts.ts';

export interface FaultsOptions {
  /** Empty: all. */
  readonly rows: readonly number[];
  readonly seed: number;
  readonly full: boolean;
  readonly json: boolean;
  readonly list: boolean;
  readonly keepLogs: boolean;
}

export const usage = `npm run faults -- [flags]
npm run faults -- soak --help
  --row N         only this row of the fault matrix; may be given more than once
  --seed N        decides what strikes when, 0 to 4294967295 (default: any; it is printed)
  --full          full length instead of ten seconds a row
  --list          name the rows and end
  --json          the last line on stdout is one JSON object; everything else goes to stderr
  --keep-logs     the services' logs stay when all went well too
  --help          this text

Kafka and the registry are those that KAFKA_BROKERS and SCHEMA_REGISTRY_URL name, else they are started, as by
\`npm start\`. Exit code 0 when every row passed, 1 when one did not, 2 when an argument is wrong.`;

/** @throws UsageError that names the flag and what it must be. `known`: the rows that there are. */
export function parseOptions(args: readonly string[], known: readonly number[]): FaultsOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const unknown = values.row.filter((text) => !/^\d+$/.test(text) || !known.includes(Number(text)));
  if (unknown.length > 0)
    throw new UsageError(
      `--row ${unknown.join(', ')}: there is no such row; there are ${known.join(', ')}. --list says what they are.`,
    );
  return {
    rows: values.row.map(Number),
    seed: seedOf(values.seed),
    full: values.full,
    json: values.json,
    list: values.list,
    keepLogs: values['keep-logs'],
  };
}

function parse(args: readonly string[]) {
  return readFlags({
    args: [...args],
    options: {
      row: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string' },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      'keep-logs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}
