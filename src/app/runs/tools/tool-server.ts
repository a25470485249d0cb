// Where agents of this process find their tools: one server on the loopback address, a secret for each run.
import { createHash, randomBytes } from "node:crypto";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { isOurName } from "../../../mcp/http/admission.ts";
import { Secret } from "../../../platform/secret.ts";
import type { EngineServer } from "../../agent/engine.ts";
import { buildAppServer } from "./app-server.ts";
import { buildDatabricksServer } from "./databricks-server.ts";
import { appServer, databricksServer, type RunContext } from "./run-context.ts";
import type { ToolParts } from "./tool-parts.ts";

export interface ToolServer {
  /** Lets the agent of a run in, until `release`. */
  admit(run: RunContext): ToolAccess;
  /** Stops to listen; what is handed over goes on. */
  close(): Promise<void>;
}

export interface ToolAccess {
  readonly servers: readonly EngineServer[];
  release(): void;
}

/** A notebook of 10 MB in base64 with its surroundings. */
const mostBytes = 64 * 1024 * 1024;

export function startToolServer(parts: ToolParts): ToolServer {
  // The secrets themselves are not kept, and are not compared letter by letter.
  const runs = new Map<string, RunContext>();
  const onerror = (error: Error): void => parts.log.debug(`tools of the app: ${error.message}`);
  const options = { maxRequestBodySize: mostBytes, onerror };
  const handlers = new Map([
    [`/${databricksServer}`, createMcpHandler((context) => buildDatabricksServer(parts, runOf(context)), options)],
    [`/${appServer}`, createMcpHandler((context) => buildAppServer(parts, runOf(context)), options)],
  ]);
  const runOf = ({ authInfo }: { readonly authInfo?: { readonly token: string } }): RunContext => {
    const run = runs.get(authInfo?.token ?? "");
    if (run === undefined) throw new Error("the run has ended");
    return run;
  };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    // An approval waits for a person.
    idleTimeout: 0,
    reusePort: false,
    development: false,
    maxRequestBodySize: mostBytes,
    error: () => Response.json({ error: "internal" }, { status: 500 }),
    fetch: async (request) => {
      const handler = handlers.get(URL.parse(request.url)?.pathname ?? "");
      const admission = { hosts: ["127.0.0.1", "localhost"], origins: [], key: undefined, forwarded: undefined };
      const isForeign = !isOurName(request, admission) || request.headers.has("origin");
      if (isForeign) return Response.json({ error: "only programs of this machine" }, { status: 403 });
      if (handler === undefined) return Response.json({ error: "not found" }, { status: 404 });
      const token = fingerprint(/^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "");
      if (!runs.has(token)) return Response.json({ error: "the secret of a run is needed" }, { status: 401 });
      return await handler.fetch(request, { authInfo: { token, clientId: "", scopes: [] } });
    },
  });
  const base = `http://127.0.0.1:${server.port}`;
  return {
    admit: (run) => {
      const bearer = new Secret(randomBytes(32).toString("base64url"));
      const token = fingerprint(bearer.reveal());
      runs.set(token, run);
      return {
        servers: [databricksServer, appServer].map((name) => ({ name, url: `${base}/${name}`, bearer })),
        release: () => void runs.delete(token),
      };
    },
    close: async () => {
      runs.clear();
      await Promise.all([...handlers.values()].map((handler) => handler.close()));
      await server.stop(true);
    },
  };
}

function fingerprint(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
