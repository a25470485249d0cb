// Keys that do something anywhere in the page, as data: what is pressed, what it does, and who listens.
import { useEffect } from "react";

export interface Shortcut {
  readonly id: string;
  readonly keys: readonly string[];
  readonly text: string;
}

/** All that there are; `Mod` is Command on a Mac, Control elsewhere. */
export const shortcuts = [
  { id: "help", keys: ["?"], text: "Show these keys" },
  { id: "focus", keys: ["/"], text: "Write to the agent" },
  { id: "search", keys: ["Mod", "K"], text: "Search the conversations" },
  { id: "new", keys: ["Mod", "Shift", "O"], text: "Begin a conversation" },
  { id: "sidebar", keys: ["Mod", "B"], text: "Show or hide the conversations" },
  { id: "stop", keys: ["Esc"], text: "Stop the agent" },
  { id: "approve", keys: ["Alt", "A"], text: "Go to the agent's question" },
] as const satisfies readonly Shortcut[];

export type ShortcutId = (typeof shortcuts)[number]["id"];

export interface Press {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Which shortcut a press is. `isTyping`: it came from a field, where letters are letters. Pure. */
export const shortcutOf = (press: Press, isTyping: boolean): ShortcutId | undefined => {
  const isMod = press.ctrlKey || press.metaKey;
  const key = press.key.toLowerCase();
  if (isMod && !press.altKey) {
    if (key === "k" && !press.shiftKey) return "search";
    if (key === "b" && !press.shiftKey) return "sidebar";
    return key === "o" && press.shiftKey ? "new" : undefined;
  }
  if (isMod) return undefined;
  // With Alt, a Mac types another letter: the key's place counts.
  if (press.altKey) return press.code === "KeyA" ? "approve" : undefined;
  if (press.key === "Escape") return "stop";
  if (isTyping) return undefined;
  if (press.key === "?") return "help";
  return press.key === "/" ? "focus" : undefined;
};

const handlers = new Map<ShortcutId, (() => void)[]>();

const isTypingIn = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select"));

/** A floating panel or a dialog takes its own keys. */
const isCovered = (): boolean => document.querySelector("dialog[open], :popover-open") !== null;

const onKey = (event: KeyboardEvent): void => {
  if (event.defaultPrevented || event.isComposing || isCovered()) return;
  const id = shortcutOf(event, isTypingIn(event.target));
  const handler = id === undefined ? undefined : handlers.get(id)?.at(-1);
  if (handler === undefined) return;
  event.preventDefault();
  handler();
};

/** Listens for a shortcut while the component is there; the newest listener has it. */
export const useShortcut = (id: ShortcutId, handler: (() => void) | undefined): void => {
  useEffect(() => {
    if (handler === undefined) return undefined;
    if (handlers.size === 0) addEventListener("keydown", onKey);
    handlers.set(id, [...(handlers.get(id) ?? []), handler]);
    return () => {
      const left = (handlers.get(id) ?? []).filter((each) => each !== handler);
      if (left.length === 0) handlers.delete(id);
      else handlers.set(id, left);
      if (handlers.size === 0) removeEventListener("keydown", onKey);
    };
  }, [id, handler]);
};
