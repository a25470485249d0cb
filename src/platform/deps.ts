// What the outside world is, as one object. `main` builds the real one; tests build their own.
import type { Keyring } from "./keyring.ts";
import type { Logger } from "./log.ts";
import type { Paths } from "./paths.ts";
import type { RunProcess } from "./process.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export type Fetch = (input: string | URL | Request, init?: BunFetchRequestInit) => Promise<Response>;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds, or rejects with an AbortError when `signal` fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Output {
  write(text: string | Uint8Array): void;
  readonly isTTY: boolean;
  /** Columns of the terminal; 80 where there is none. */
  readonly width: number;
  /** Whether colour may be written: a terminal, no NO_COLOR, TERM not dumb. */
  readonly colour: boolean;
  /** Shows one line below all that is written, in the place of the last one; gone with undefined. Only a terminal has it. */
  readonly status?: ((line: string | undefined) => void) | undefined;
}

export interface Input {
  readonly isTTY: boolean;
  /** Reads one line without its end, or undefined at the end of input. */
  readLine(signal?: AbortSignal): Promise<string | undefined>;
  /** Reads everything to the end. Rejects with an AbortError when `signal` fires first. */
  readAll(signal?: AbortSignal): Promise<string>;
}

export type OperatingSystem = "linux" | "darwin" | "win32";

export interface Deps {
  readonly env: Environment;
  readonly cwd: string;
  readonly os: OperatingSystem;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly run: RunProcess;
  readonly log: Logger;
  /** Where refresh tokens are kept; without it they go into a private file. */
  readonly keyring?: Keyring | undefined;
}
