// The binary as an agent has it: an MCP server over stdio, its tools called by the official client, its memory watched.
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

export interface ToolsOptions {
  readonly binary: string;
  readonly home: string;
  readonly host?: string;
  readonly token?: string;
  readonly words?: readonly string[];
}

type Listed = Awaited<ReturnType<Client["listTools"]>>["tools"];

export interface Tools extends AsyncDisposable {
  list(): Promise<Listed>;
  /** The structured result. Throws for a call that failed. */
  call(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  residentMb(): Promise<number>;
  /** Looks every 20 ms; gives the most that was seen, in MB. */
  watchPeak(): { stop(): number };
}

export async function openTools({ binary, home, host, token, words = [] }: ToolsOptions): Promise<Tools> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    MORTAR_HOME: join(home, "mortar"),
    LANG: "C.UTF-8",
    DATABRICKS_HOST: host ?? "http://127.0.0.1:9",
    DATABRICKS_TOKEN: token ?? "dapi-bench",
  };
  const client = new Client({ name: "bench", version: "1.0.0" });
  const transport = new StdioClientTransport({
    command: binary,
    args: ["mcp", "serve", ...words],
    env,
    stderr: "ignore",
  });
  await client.connect(transport);
  const residentMb = async (): Promise<number> => {
    const status = await Bun.file(`/proc/${transport.pid}/status`).text();
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_000;
  };
  return {
    list: async () => (await client.listTools()).tools,
    call: async (name, args) => {
      const result = await client.callTool({ name, arguments: args }, { timeout: 600_000 });
      if (result.isError === true) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
      return (result.structuredContent ?? {}) as Record<string, unknown>;
    },
    residentMb,
    watchPeak: () => {
      let most = 0;
      const timer = setInterval(() => {
        void residentMb().then(
          (mb) => (most = Math.max(most, mb)),
          () => undefined,
        );
      }, 20);
      return {
        stop: () => {
          clearInterval(timer);
          return most;
        },
      };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
