// A program behind a script, for tests: it holds a connection to the test for as long as it lives.

export interface Grandchild extends AsyncDisposable {
  /** Starts the script, which starts the program and waits for it. */
  readonly words: readonly [string, ...string[]];
  /** The program runs. */
  readonly began: Promise<void>;
  /** It runs no more. */
  readonly ended: Promise<void>;
}

/** One that does not mind being asked to end. */
export function grandchild(): Grandchild {
  const [began, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: () => began.resolve(), close: () => ended.resolve() },
  });
  const code = `
    process.on("SIGTERM", () => undefined);
    const end = () => process.exit(0);
    const socket = { open: (one) => void one.write("here"), data: () => undefined, close: end };
    await Bun.connect({ hostname: "127.0.0.1", port: ${server.port}, socket });`;
  return {
    words: ["/bin/sh", "-c", '"$0" -e "$1" & wait', process.execPath, code],
    began: began.promise,
    ended: ended.promise,
    // What is left of it ends with the connection.
    [Symbol.asyncDispose]: () => Promise.resolve(server.stop(true)),
  };
}
