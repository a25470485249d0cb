// What the terms of calls may be set to: data, for flags and for settings.

/** From the least strict to the strictest. */
export const confirmModes = ["never", "supported", "always"] as const;

/**
 * Whether the person is asked before something is lost for good: `supported` where the client can ask, `always` means that
 * nothing is lost where it cannot.
 */
export type ConfirmMode = (typeof confirmModes)[number];

/** The least and the most that each limit may be set to. */
export const limitBounds = {
  maxRows: { minimum: 1, maximum: 10_000 },
  maxChars: { minimum: 1_000, maximum: 1_000_000 },
  maxWaitSeconds: { minimum: 1, maximum: 290 },
} as const;
