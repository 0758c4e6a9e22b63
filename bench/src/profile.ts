interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** A V8 CPU profile, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Ids of the nodes that ran, and the microseconds before each. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface ProfileShare {
  readonly name: string;
  /** Of the time that was not idle, 0 to 1. */
  readonly share: number;
}

export interface ProfileSummary {
  readonly busyMs: number;
  /** By the package that ran or, inside Node, that called it; what nobody called is Node's own. Most first. */
  readonly packages: readonly ProfileShare[];
  /** By the function itself. Most first. */
  readonly functions: readonly ProfileShare[];
}

const NOT_BUSY = new Set(['(idle)', '(program)', '(root)']);

/** Where the time went that was not idle. `skipMs` from the start are left out. */
export function summarize(profile: CpuProfile, { skipMs = 0, most = 20 } = {}): ProfileSummary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)),
  );
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let elapsed = 0;
  let busy = 0;
  profile.samples.forEach((id, index) => {
    const micros = Math.max(0, profile.timeDeltas[index] ?? 0);
    elapsed += micros;
    const node = nodes.get(id);
    if (!node || elapsed <= skipMs * 1_000 || NOT_BUSY.has(node.callFrame.functionName)) return;
    busy += micros;
    add(functions, nameOf(node.callFrame), micros);
    add(packages, packageOf(node, parents), micros);
  });
  const top = (times: ReadonlyMap<string, number>): ProfileShare[] =>
    [...times]
      .sort(([, one], [, other]) => other - one)
      .slice(0, most)
      .map(([name, micros]) => ({ name, share: micros / busy }));
  return { busyMs: busy / 1_000, packages: top(packages), functions: top(functions) };
}

const add = (times: Map<string, number>, name: string, micros: number): void =>
  void times.set(name, (times.get(name) ?? 0) + micros);

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name} ${toFile(url)}:${lineNumber + 1}`;
}

function packageOf(node: ProfileNode, parents: ReadonlyMap<number, ProfileNode>): string {
  if (node.callFrame.functionName.startsWith('(garbage')) return node.callFrame.functionName;
  for (let at: ProfileNode | undefined = node; at; at = parents.get(at.id)) {
    const { url } = at.callFrame;
    if (url !== '' && !url.startsWith('node:')) return toPackage(toFile(url));
  }
  return 'node';
}

/** From the root of the repository; of a dependency from its name on. */
function toFile(url: string): string {
  const [, dependency] = /.*\/node_modules\/((?!@pipeline\/).*)/.exec(url) ?? [];
  return dependency ?? url.replace(/^.*?\/(?=(packages|services|schemas|bench)\/)/, '');
}

const toPackage = (file: string): string =>
  file
    .split('/')
    .slice(0, /^(@|packages\/|services\/)/.test(file) ? 2 : 1)
    .join('/');
