import { describeFlags, type Flag, type Flags, parseFlags, UsageError, type Values } from './flags.ts';

export interface Simulator {
  listen(port: number, host: string): Promise<string>;
  close(): Promise<void>;
}

type WithAddress = Flags & { readonly port: Flag<number>; readonly host: Flag<string> };

export interface SimulatorCommand<F extends WithAddress> {
  readonly vendor: string;
  /** How it is called, for the help. */
  readonly usage: string;
  readonly flags: F;
  /** May throw UsageError or RangeError when the values do not go together. */
  create(values: Values<F>): Simulator;
  /** The environment that points the services at a simulator with this URL. */
  environment(values: Values<F>, url: string): Readonly<Record<string, string>>;
}

/**
 * Runs a simulator until SIGTERM or SIGINT. What cannot be started is said in one line on stderr, with exit code 2 for
 * a flag and 1 for a port.
 */
export async function runSimulator<F extends WithAddress>(
  command: SimulatorCommand<F>,
  args: readonly string[],
): Promise<void> {
  try {
    const values = parseFlags(command.flags, args);
    if (values === 'help') return console.log(`${command.usage} [flags]\n${describeFlags(command.flags)}`);
    await start(command, values);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof RangeError)) throw error;
    console.error(`${error.message} --help lists the flags.`);
    process.exitCode = 2;
  }
}

async function start<F extends WithAddress>(command: SimulatorCommand<F>, values: Values<F>): Promise<void> {
  const simulator = command.create(values);
  const { port, host } = values as { readonly port: number; readonly host: string };
  let url: string;
  try {
    url = await simulator.listen(port, host);
  } catch (error) {
    console.error(toProblem({ port, host }, error as NodeJS.ErrnoException));
    process.exitCode = 1;
    return simulator.close();
  }
  const environment = Object.entries(command.environment(values, url));
  console.log(
    [
      `${command.vendor} simulator listens at ${url}`,
      ...environment.map(([name, value]) => `${name}=${quote(value)}`),
      `control API: ${url}/_sim`,
    ].join('\n'),
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void simulator.close());
}

interface Address {
  readonly port: number;
  readonly host: string;
}

function toProblem({ port, host }: Address, { code, message }: NodeJS.ErrnoException): string {
  const remedy = 'Give --port another one, or 0 for any free one.';
  if (code === 'EADDRINUSE') return `Port ${port} of ${host} is in use. ${remedy}`;
  if (code === 'EACCES') return `Port ${port} of ${host} is not allowed to this user. ${remedy}`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `This machine has no interface ${host}. Give --host another one, or 127.0.0.1.`;
  return `Port ${port} of ${host} cannot be listened at: ${message}. ${remedy}`;
}

/** For a shell and for an env file. */
const quote = (value: string): string => (/^[\w@%+=:,./-]*$/.test(value) ? value : `'${value}'`);
