import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestRow } from '../row.ts';
import { judgeTests, type TestOutcome } from './judgeTests.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Runs the tests that rows of one level name, all at once, and tells for each row how many of its tests passed and what
 * is wrong. `env`: where the broker is.
 */
export async function runTests(
  rows: readonly TestRow[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReturnType<typeof judgeTests>> {
  const [first] = rows;
  if (!first) return [];
  const directory = await mkdtemp(path.join(os.tmpdir(), 'faults-tests-'));
  try {
    const outputFile = path.join(directory, 'results.json');
    const tests = rows.flatMap((row) => row.tests);
    const files = [...new Set(tests.map(({ file }) => file))];
    const pattern = [...new Set(tests.map(({ name }) => escape(name)))].join('|');
    const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
    const project = first.level;
    const args = [
      'run',
      '--project',
      project,
      ...files,
      '-t',
      pattern,
      '--reporter=json',
      `--outputFile=${outputFile}`,
    ];
    const child = spawn(process.execPath, [vitest, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await once(child, 'exit');
    return judgeTests(rows, toOutcomes(await readFile(outputFile, 'utf8')));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number;
    }[];
  }[];
}

/** vitest's report in the format of Jest's. */
const toOutcomes = (report: string): TestOutcome[] =>
  (JSON.parse(report) as VitestReport).testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status, duration = 0 }) => ({
      file: path.relative(root, name),
      name: fullName,
      status,
      ms: duration,
    })),
  );
