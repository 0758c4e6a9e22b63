import { parseArgs } from 'node:util';

/**
 * Arguments of `npm run setup` → how many partitions; undefined: the usual number.
 * @throws Error that names the argument, with the usage.
 */
export function partitionsFrom(args: readonly string[], usage: string): number | undefined {
  try {
    return parse(args);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${usage}`, { cause: error });
  }
}

function parse(args: readonly string[]): number | undefined {
  const { values } = parseArgs({ args: [...args], options: { partitions: { type: 'string' } } });
  if (values.partitions === undefined) return undefined;
  const partitions = Number(values.partitions);
  if (/^\d+$/.test(values.partitions) && partitions >= 1 && partitions <= 10_000) return partitions;
  throw new Error(`--partitions must be a whole number from 1 to 10000, and is ${values.partitions}.`);
}
