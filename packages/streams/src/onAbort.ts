const listeners = new WeakMap<AbortSignal, Set<(reason: unknown) => void>>();

/**
 * Calls the listener with the reason once the signal aborts, unless what this returns was called before. For a signal of
 * which hundreds want to hear, each for a moment: Node walks along all listeners of a signal for each that comes or goes.
 *
 * @param signal not aborted yet
 */
export function onAbort(signal: AbortSignal, listener: (reason: unknown) => void): () => void {
  const heard = listeners.get(signal) ?? listen(signal);
  heard.add(listener);
  return () => void heard.delete(listener);
}

function listen(signal: AbortSignal): Set<(reason: unknown) => void> {
  const heard = new Set<(reason: unknown) => void>();
  listeners.set(signal, heard);
  signal.addEventListener(
    'abort',
    () => {
      for (const listener of heard) listener(signal.reason);
    },
    { once: true },
  );
  return heard;
}
