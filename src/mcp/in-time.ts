// Waiting for what takes no signal, such as a sign-in: it goes on for whoever asks next, and this caller goes.

/** What `work` gives, unless `signal` fires before: then its reason is thrown. */
export function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
