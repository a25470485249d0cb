// Light or dark: what the person chose, or what the system has. Kept in this browser, so that it holds from the first paint.
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

const key = "mortar.theme";
const listeners = new Set<() => void>();

const stored = (): Theme => {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
};

let theme: Theme = "system";

const apply = (): void => {
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
};

/** Reads what was chosen, shows it, and follows the system. Once, before the page is drawn. */
export const startTheme = (): void => {
  theme = stored();
  apply();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
};

/** Whether somebody chose a theme in this browser. */
export const isThemeChosen = (): boolean => {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
};

/** Shows a theme, and keeps it in this browser. */
export const setTheme = (next: Theme): void => {
  theme = next;
  try {
    localStorage.setItem(key, next);
  } catch {
    // A private window: it holds until the page is closed.
  }
  apply();
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What is chosen. */
export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => theme);
