// Standard output and standard error as Outputs. The streams are opened when they are first used: each costs 2 ms.
import type { Environment, Input, Output } from "./deps.ts";
import { onStderrFailure, onStdoutFailure } from "./output-failure.ts";
import { createStatusLine, type StatusLine } from "./status-line.ts";

export interface SystemOutputs {
  readonly stdout: Output;
  readonly stderr: Output;
  /** The input, with the status line out of the way while a person types. */
  readonly withoutStatus: (input: Input) => Input;
}

/** The process's own streams. Colour is off with `noColour`, NO_COLOR, TERM=dumb, and where there is no terminal. */
export function systemOutputs(env: Environment, noColour: boolean): SystemOutputs {
  const isDumb = env["TERM"] === "dumb";
  const plain = noColour || isDumb || (env["NO_COLOR"] ?? "") !== "";
  const openStdout = once(() => guarded(process.stdout, onStdoutFailure));
  const openStderr = once(() => guarded(process.stderr, onStderrFailure));
  // Both streams lie on one terminal, so one line serves both. A dumb terminal cannot erase.
  const status = createStatusLine({
    write: (text) => void openStderr().write(text),
    width: () => widthOf(openStderr()),
  });
  const statusOf = (): Output["status"] => (openStderr().isTTY === true && !isDumb ? status.set : undefined);
  const outputOf = (open: () => NodeJS.WriteStream, lineOf: () => Output["status"]): Output => ({
    get isTTY() {
      return open().isTTY === true;
    },
    get width() {
      return widthOf(open());
    },
    get colour() {
      return open().isTTY === true && !plain;
    },
    get status() {
      return lineOf();
    },
    write: (text) => {
      const stream = open();
      if (stream.isTTY === true) status.around(text, () => void stream.write(text));
      else stream.write(text);
    },
  });
  return {
    stdout: outputOf(openStdout, () => undefined),
    stderr: outputOf(openStderr, statusOf),
    withoutStatus: (input) => pausing(input, status),
  };
}

function pausing(input: Input, status: StatusLine): Input {
  const paused = async <T>(read: () => Promise<T>): Promise<T> => {
    const resume = status.pause();
    try {
      return await read();
    } finally {
      resume();
    }
  };
  return {
    get isTTY() {
      return input.isTTY;
    },
    readAll: (signal) => paused(() => input.readAll(signal)),
    readLine: (signal) => paused(() => input.readLine(signal)),
  };
}

function widthOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY === true && stream.columns > 0 ? stream.columns : 80;
}

function guarded(stream: NodeJS.WriteStream, onFailure: (error: Error) => void): NodeJS.WriteStream {
  if (!stream.listeners("error").includes(onFailure)) stream.on("error", onFailure);
  return stream;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
