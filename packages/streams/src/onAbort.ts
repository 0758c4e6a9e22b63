const listeners = new WeakMap<AbortSignal, Set<Listener>>();

type Listener = (reason: unknown) => void;

/**
 * Calls the listener with the reason once the signal aborts, at once if it has, unless what this returns was called
 * before. For a signal of which hundreds want to hear, each for a moment: Node walks along all listeners of a signal for
 * each that comes or goes.
 *
 * @param signal one that aborts in the end: what is remembered of it stays until then
 * @param listener must not throw
 */
export function onAbort(signal: AbortSignal, listener: Listener): () => void {
  if (signal.aborted) {
    listener(signal.reason);
    return () => undefined;
  }
  const heard = listeners.get(signal) ?? listen(signal);
  heard.add(listener);
  return () => void heard.delete(listener);
}

function listen(signal: AbortSignal): Set<Listener> {
  const heard = new Set<Listener>();
  listeners.set(signal, heard);
  signal.addEventListener(
    'abort',
    () => {
      for (const listener of heard) listener(signal.reason);
      heard.clear();
    },
    { once: true },
  );
  return heard;
}
