// Ctrl-C and requests to end, as one AbortSignal.

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops listening. */
  readonly release: () => void;
}

/** Aborts on the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once with 128 + its number. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const numbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
  const handlers = Object.entries(numbers).map(([name, number]) => {
    const handler = (): void => {
      if (controller.signal.aborted) process.exit(128 + number);
      controller.abort(new DOMException("Interrupted", "AbortError"));
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return {
    signal: controller.signal,
    release: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
