import { failpoints, type FailpointName, isFailpointName } from './catalogue.ts';

/**
 * `kill`: SIGKILL to this process. `exit`: exit code 1, at once. `throw`: a transient error. `pause`: waits so many
 * milliseconds, then goes on.
 */
export type FailpointAction =
  | { readonly do: 'kill' }
  | { readonly do: 'exit' }
  | { readonly do: 'throw' }
  | { readonly do: 'pause'; readonly ms: number };

/** What is to happen at a failpoint: at its nth hit only, or at each hit of one key, or, with neither, at each hit. */
export interface ArmedFailpoint {
  readonly name: FailpointName;
  readonly action: FailpointAction;
  readonly nth?: number;
  readonly key?: string;
}

/** Something in FAILPOINT is no failpoint. The message names all of it and what there is. */
export class FailpointError extends Error {
  override readonly name = 'FailpointError';
}

/**
 * `name:action[:argument][@n | @key=text]`, several separated by commas, e.g. `router.afterPost:kill@3`,
 * `store.beforeCommit:pause:500`, `writer.afterPost:throw@key=4711`.
 * @throws FailpointError
 */
export function parseFailpoints(text: string): readonly ArmedFailpoint[] {
  const parts = text.split(',').map((part) => part.trim());
  const problems: string[] = [];
  const armed = parts
    .filter((part) => part !== '')
    .flatMap((part) => {
      const parsed = parseOne(part);
      if (typeof parsed === 'object') return [parsed];
      problems.push(`"${part}": ${parsed}`);
      return [];
    });
  if (problems.length > 0) throw new FailpointError([...problems.map((line) => `FAILPOINT ${line}`), usage].join('\n'));
  return armed;
}

const usage = [
  'A failpoint is name:action[:argument][@n | @key=text]; actions: kill, exit, throw, pause:milliseconds. Names:',
  ...Object.entries(failpoints).map(([name, description]) => `  ${name.padEnd(22)} ${description}`),
].join('\n');

/** What is wrong with it, when it is not a failpoint. */
function parseOne(part: string): ArmedFailpoint | string {
  const at = part.indexOf('@');
  const [name = '', action = '', ...args] = (at < 0 ? part : part.slice(0, at)).split(':');
  if (!isFailpointName(name)) return 'there is no failpoint of this name.';
  const parsed = parseAction(action, args);
  if (typeof parsed === 'string') return parsed;
  const aim = at < 0 ? {} : parseAim(part.slice(at + 1));
  return typeof aim === 'string' ? aim : { name, action: parsed, ...aim };
}

function parseAction(name: string, args: readonly string[]): FailpointAction | string {
  if (name === 'pause') {
    const [ms = ''] = args;
    return args.length === 1 && /^\d{1,7}$/.test(ms)
      ? { do: 'pause', ms: Number(ms) }
      : 'pause needs milliseconds, as in pause:500.';
  }
  if (name !== 'kill' && name !== 'exit' && name !== 'throw') return 'its action must be kill, exit, throw or pause.';
  return args.length === 0 ? { do: name } : `${name} takes no argument.`;
}

function parseAim(aim: string): Pick<ArmedFailpoint, 'nth' | 'key'> | string {
  if (aim.startsWith('key=') && aim.length > 4) return { key: aim.slice(4) };
  return /^[1-9]\d{0,8}$/.test(aim) ? { nth: Number(aim) } : 'after @ comes which hit, from 1, or key= and a key.';
}
