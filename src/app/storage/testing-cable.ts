// For tests: a cable to a server that can be cut, mended, and cut just when something goes through it.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface Cable extends AsyncDisposable {
  readonly port: number;
  /** Ends all connections, and takes no new ones. */
  cut(): void;
  mend(): void;
  /** Lets nothing through any more on the connections that are there, and ends none. */
  mute(): void;
  /**
   * Cuts a connection once, at the next thing that a client sends with this in it: before the server hears it, or after the
   * server has answered, whose answer is lost. Later connections go through. Resolves when that has happened.
   */
  cutAt(text: string, when: "before" | "after"): Promise<void>;
  /** As `cutAt`, but the server does not notice that its client is gone. */
  hangAt(text: string): Promise<void>;
}

interface Trap {
  readonly text: string;
  readonly when: "before" | "after" | "hang";
  readonly sprung: () => void;
}

interface Line {
  readonly client: Socket;
  readonly server: Socket;
  isMute: boolean;
  isHung: boolean;
}

/** A cable to this port of this machine. */
export async function layCable(to: number): Promise<Cable> {
  const lines = new Set<Line>();
  let isCut = false;
  let trap: Trap | undefined;
  const take = (line: Line, data: Buffer): void => {
    const { client, server } = line;
    if (line.isMute) return;
    if (trap === undefined || !data.includes(trap.text)) return void server.write(data);
    const { when, sprung } = trap;
    trap = undefined;
    if (when === "after") {
      server.removeAllListeners("data");
      server.once("data", () => {
        client.destroy();
        server.destroy();
        sprung();
      });
      server.write(data);
      return;
    }
    if (when === "hang") line.isHung = true;
    client.destroy();
    if (when === "before") server.destroy();
    sprung();
  };
  const listener = createServer((client) => {
    if (isCut) return void client.destroy();
    const server = connect(to, "127.0.0.1");
    const line: Line = { client, server, isMute: false, isHung: false };
    lines.add(line);
    for (const end of [client, server]) end.on("error", () => undefined);
    client.on("data", (data: Buffer) => take(line, data));
    server.on("data", (data: Buffer) => void (line.isMute || client.write(data)));
    server.on("close", () => client.destroy());
    client.on("close", () => {
      if (line.isHung) return;
      server.destroy();
      lines.delete(line);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const destroyAll = (): void => {
    for (const { client, server } of lines) {
      client.destroy();
      server.destroy();
    }
    lines.clear();
  };
  const setTrap = (text: string, when: Trap["when"]): Promise<void> =>
    new Promise((resolve) => {
      trap = { text, when, sprung: resolve };
    });
  return {
    port: (listener.address() as AddressInfo).port,
    cut: () => {
      isCut = true;
      destroyAll();
    },
    mend: () => void (isCut = false),
    mute: () => {
      for (const line of lines) line.isMute = true;
    },
    cutAt: (text, when) => setTrap(text, when),
    hangAt: (text) => setTrap(text, "hang"),
    [Symbol.asyncDispose]: async () => {
      destroyAll();
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
}
