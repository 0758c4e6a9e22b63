import { startForked } from '../sandboxParts.ts';

export const landingPath = '/commercetools';
export type ToLanding = 'landed';
export type FromLanding =
  | { readonly is: 'listening'; readonly port: number }
  | { readonly is: 'landed'; readonly count: number };

export interface Landing extends AsyncDisposable {
  readonly port: number;
  /** How many deliveries were landed so far. Rejects when the process has ended. */
  landed(): Promise<number>;
}

/** The landing server in another process: one that ends is noticed. */
export async function startLanding(secret: string): Promise<Landing> {
  const { next, ask, stop } = startForked<ToLanding, FromLanding>({
    main: new URL('landing.main.ts', import.meta.url),
    name: 'The landing server',
    env: { PATH: process.env['PATH'] ?? '', FUZZ_SECRET: secret },
  });
  const { port } = await next('listening');
  return { port, landed: async () => (await ask('landed', 'landed')).count, [Symbol.asyncDispose]: stop };
}
