import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The cache of compiled sources is vitest.config.ts' and makes starts shorter. */
const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;

/** Runs a program of ours to its end, with nothing in its environment but what is given and what Node needs. */
export async function runProgram(
  main: string,
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH, NODE_COMPILE_CACHE, ...env } });
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 50_000);
  await once(child, 'close');
  clearTimeout(timer);
  return { code: child.exitCode, ...output };
}

/** What a service says about its settings: the names that it finds fault with, in alphabetical order, and all it wrote. */
export async function checkSettings(main: string, env: Readonly<Record<string, string>> = {}) {
  const { code, out, err } = await runProgram(main, { args: ['--check'], env });
  const faulty = [...err.matchAll(/^- (\w+) /gm)].map(([, name]) => name).sort();
  return { code, faulty, text: out + err };
}

/** Programs start slowly on a busy machine. Milliseconds. */
export const PROGRAM_TIMEOUT = 60_000;

const secret = (name: string): string => `hush-${name}-0123456789-0123456789-0123456789`;

/** Settings that every service takes, with secrets that must show nowhere. */
export const validEnvironment = {
  kafka: { KAFKA_BROKERS: '127.0.0.1:9', SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9' },
  commercetools: {
    CTP_PROJECT_KEY: 'shop',
    CTP_CLIENT_ID: 'client',
    CTP_CLIENT_SECRET: secret('ctp'),
    CTP_API_URL: 'http://127.0.0.1:9',
    CTP_AUTH_URL: 'http://127.0.0.1:9',
  },
  fulfillmenttools: {
    FFT_BASE_URL: 'http://127.0.0.1:9',
    FFT_API_KEY: secret('key'),
    FFT_API_USER: 'user@example.com',
    FFT_API_PASSWORD: secret('password'),
  },
  push: { CT_PUSH_SECRET: secret('push') },
  webhook: { FFT_WEBHOOK_SECRET: secret('webhook') },
} as const;
