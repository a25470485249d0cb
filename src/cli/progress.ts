// What a person sees while a command works: one line on a terminal, from a moment after the work began until its end.
import type { Deps } from "../platform/deps.ts";

export interface Progress {
  /** Says what is being waited for now, and how much of it is done. */
  show(message: string, done?: number, total?: number): void;
  /** Takes the line away; what is shown later brings it back. */
  clear(): void;
}

/** For a command that does not wait, and in tests. */
export const noProgress: Progress = { show: () => undefined, clear: () => undefined };

// Something has to move within 100 ms of a wait's beginning; what ends sooner shows nothing and does not flicker.
const delayMs = 80;
const frameMs = 120;
/** From here on the seconds are shown: whoever waits that long wants to know that it is not stuck. */
const patienceMs = 3_000;

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const plainFrames = ["|", "/", "-", "\\"];

/**
 * Shows `message` on stderr's status line, with what moves and how long it takes, until `signal` fires. Silent where
 * there is no terminal and with --quiet.
 */
export function startProgress(
  deps: Pick<Deps, "stderr" | "clock" | "env" | "os" | "log">,
  options: ProgressOptions,
): Progress {
  const { signal } = options;
  if (deps.log.level === "quiet") return noProgress;
  let text: string | undefined = options.message;
  let since = deps.clock.now();
  let count = 0;
  let drawn = false;
  const signs = drawsBraille(deps) ? frames : plainFrames;
  const isWaiting = (): boolean => text !== undefined;
  const draw = (): void => {
    if (text === undefined || signal.aborted) return;
    drawn = true;
    deps.stderr.status?.(`${signs[count % signs.length]} ${text}${timeWords(deps.clock.now() - since)}`);
  };
  const clear = (): void => {
    text = undefined;
    if (drawn) deps.stderr.status?.(undefined);
    drawn = false;
  };
  signal.addEventListener("abort", clear, { once: true });
  let spinning = false;
  const spin = async (): Promise<void> => {
    await deps.clock.sleep(delayMs, signal);
    // Opening the stream costs more than most commands take, so that nobody asks before it is time to draw.
    if (deps.stderr.status === undefined) return;
    while (isWaiting()) {
      draw();
      count += 1;
      await deps.clock.sleep(frameMs, signal);
    }
    spinning = false;
  };
  const begin = (): void => {
    if (spinning) return;
    spinning = true;
    // The end of the work ends the sleep, and with it the loop.
    spin().catch(() => undefined);
  };
  if (text !== undefined) begin();
  return {
    show: (message, done, total) => {
      const told = done === undefined || total === undefined ? message : `${message} (${done}/${total})`;
      if (told !== text) since = deps.clock.now();
      text = told;
      begin();
    },
    clear,
  };
}

export interface ProgressOptions {
  /** What is being waited for, as in "Starting the emulator"; undefined shows nothing until `show` is called. */
  readonly message: string | undefined;
  /** The end of the work. */
  readonly signal: AbortSignal;
}

function timeWords(ms: number): string {
  return ms < patienceMs ? "" : ` ${Math.floor(ms / 1_000)} s`;
}

/** Whether the terminal is likely to have the signs: a UTF-8 locale, or Windows Terminal. */
function drawsBraille({ env, os }: Pick<Deps, "env" | "os">): boolean {
  if (os === "win32") return (env["WT_SESSION"] ?? "") !== "";
  return /utf-?8/i.test(env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "");
}
