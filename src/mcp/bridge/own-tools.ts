// Mortar's own tools as one more server behind the bridge, in this process.
import { InMemoryTransport, type Server } from "@modelcontextprotocol/server";
import type { CallSurroundings } from "../call.ts";
import { buildServer } from "../server.ts";
import { createSession } from "../session.ts";
import type { Wire } from "./upstream.ts";

export interface OwnTools {
  readonly open: () => Promise<Wire>;
  /** Lets go of what the tools opened on the workspace. */
  readonly end: (signal: AbortSignal) => Promise<void>;
}

export function createOwnTools(around: Omit<CallSurroundings, "session">, version: string): OwnTools {
  const session = createSession();
  const running = new Set<Promise<unknown>>();
  let server: Server | undefined;
  return {
    open: async () => {
      const [here, there] = InMemoryTransport.createLinkedPair();
      server = buildServer({ version, around: { ...around, session }, running });
      await server.connect(there);
      return { transport: here as unknown as Wire["transport"] };
    },
    end: async (signal) => {
      await Promise.allSettled([...running, session.end(signal), server?.close()]);
    },
  };
}
