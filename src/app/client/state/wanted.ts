// The message that a search found: the conversation goes to it once it is open.
import { useSyncExternalStore } from "react";

interface Wanted {
  readonly conversationId: string;
  readonly messageId: string;
}

let wanted: Wanted | undefined;
const listeners = new Set<() => void>();

const set = (next: Wanted | undefined): void => {
  wanted = next;
  for (const listener of listeners) listener();
};

/** Has the conversation go to a message, when it is open. */
export const wantMessage = (conversationId: string, messageId: string): void => set({ conversationId, messageId });

/** It is shown, or is not there. */
export const forgetWanted = (): void => set(undefined);

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The message to go to. */
export const useWanted = (conversationId: string): string | undefined => {
  const now = useSyncExternalStore(subscribe, () => wanted);
  return now?.conversationId === conversationId ? now.messageId : undefined;
};
