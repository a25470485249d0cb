// The states of warehouses and clusters, as a dot and in words.

export type StateTone = "on" | "busy" | "off" | "bad";

const tones: Readonly<Record<string, StateTone>> = {
  RUNNING: "on",
  RESIZING: "on",
  STARTING: "busy",
  PENDING: "busy",
  RESTARTING: "busy",
  STOPPING: "busy",
  TERMINATING: "busy",
  STOPPED: "off",
  TERMINATED: "off",
  DELETED: "bad",
  DELETING: "bad",
  ERROR: "bad",
};

/** What a state of either API means; an unknown one is shown as off, with its own name. */
export function toneOf(state: string): StateTone {
  return tones[state.toUpperCase()] ?? "off";
}

/** `Running`. */
export function stateWord(state: string): string {
  const word = state.toLowerCase().replaceAll("_", " ");
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Whether it can be started. */
export function canStart(state: string): boolean {
  return ["STOPPED", "TERMINATED"].includes(state.toUpperCase());
}
