// The compiled binary on a pseudo-terminal: keys go in, Ctrl-C among them, and what a person would see comes out.
import { binary, type Machine } from "./binary.ts";

export interface TerminalRun {
  /** Everything that has come so far, with its control sequences. */
  text(): string;
  /** Resolves when the text holds `wanted`; fails when the program ends without it. */
  until(wanted: string | RegExp): Promise<void>;
  /** Types keys: `"y\r"` is y and Enter, `ctrlC` interrupts. */
  type(keys: string): void;
  /** The exit code, once the program has ended and its output has come. */
  ended(): Promise<number>;
}

export interface TerminalOptions {
  readonly env?: Record<string, string>;
  readonly columns?: number;
}

export const ctrlC = "\u0003";

/** Whether a program can be given a terminal that sends it signals: without setsid, as on macOS, Ctrl-C reaches nobody. */
export const hasControl = Bun.which("setsid") !== null;

// The shell says when the program has ended, behind all of its output. It has to outlive Ctrl-C to do so.
const script = 'trap : INT; "$@"; printf "<<ended with %s>>" "$?"';
const endMark = /<<ended with (\d+)>>/;

/** Starts `mortar WORDS...`. */
export function onTerminal(machine: Machine, words: readonly string[], options: TerminalOptions = {}): TerminalRun {
  let text = "";
  let changed = Promise.withResolvers<void>();
  const decoder = new TextDecoder();
  const terminal = new Bun.Terminal({
    cols: options.columns ?? 100,
    rows: 40,
    data: (_terminal, data) => {
      text += decoder.decode(data, { stream: true });
      changed.resolve();
    },
  });
  const session = hasControl ? ["setsid", "--ctty", "--wait"] : [];
  const child = Bun.spawn([...session, "/bin/sh", "-c", script, "sh", binary, ...words], {
    terminal,
    env: { ...machine.env, TERM: "xterm-256color", ...options.env },
    cwd: machine.home,
  });
  const next = async (): Promise<void> => {
    await changed.promise;
    changed = Promise.withResolvers<void>();
  };
  return {
    text: () => text.replace(endMark, ""),
    until: async (wanted) => {
      const holds = (): boolean => (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text));
      while (!holds()) {
        if (endMark.test(text)) throw new Error(`it ended without ${wanted}: ${JSON.stringify(text.slice(-600))}`);
        await next();
      }
    },
    type: (keys) => void terminal.write(keys),
    ended: async () => {
      while (!endMark.test(text)) await next();
      await child.exited;
      terminal.close();
      return Number(endMark.exec(text)?.[1]);
    },
  };
}
