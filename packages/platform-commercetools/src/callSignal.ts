import { AsyncLocalStorage } from 'node:async_hooks';

const signals = new AsyncLocalStorage<AbortSignal>();

/**
 * Runs a call of the SDK so that its signal reaches our HTTP client. The SDK passes no options of a single request on to
 * a token request, and the typed request builders take no signal; hence the detour.
 */
export function withSignal<Result>(signal: AbortSignal, run: () => Promise<Result>): Promise<Result> {
  return signals.run(signal, run);
}

/** The signal of the call that is being made; undefined outside of `withSignal`. */
export function callSignal(): AbortSignal | undefined {
  return signals.getStore();
}
