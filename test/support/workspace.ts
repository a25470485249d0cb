// An emulated workspace for one test machine, started by the binary as a user starts it, and its controls.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { binary, type Machine } from "./binary.ts";

export interface TestWorkspace {
  readonly host: string;
  readonly signInCode: string;
  /** A control call: `control("POST", "faults", {...})`. */
  control(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  /** Requests that the workspace has seen, oldest first. */
  requests(): Promise<readonly { method: string; path: string; status: number }[]>;
  stop(): Promise<void>;
}

/** Starts the emulator in the background and writes its profile as DEFAULT, unless `profile` says otherwise. */
export async function startWorkspace(
  machine: Machine,
  options: { profile?: string | null; words?: readonly string[] } = {},
): Promise<TestWorkspace> {
  const folder = join(machine.home, "workspace");
  const profile = options.profile === undefined ? "DEFAULT" : options.profile;
  const words = ["emulator", "start", "--port", "0", "--data", folder, ...(options.words ?? [])];
  if (profile !== null) words.push("--write-profile", profile);
  const started = await machine.json(words, { printsToken: true });
  if (!started.ok) throw new Error(`the emulator did not start: ${started.error?.message}`);
  const host = String(started.data["host"]);
  const admin = await adminToken(join(machine.home, "mortar"));
  const control: TestWorkspace["control"] = async (method, path, body) => {
    const response = await fetch(`${host}/__emulator/${path}`, {
      method,
      headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    host,
    signInCode: String(started.data["sign_in_code"]),
    control,
    requests: async () =>
      (await control("GET", "requests"))["requests"] as { method: string; path: string; status: number }[],
    stop: async () => {
      await machine.run(["emulator", "stop", "--data", folder]);
    },
  };
}

export interface ToolResult {
  readonly isError: boolean;
  readonly text: string;
  readonly data: Record<string, unknown>;
}

export interface Session {
  readonly client: Client;
  /** Calls a tool; a failed one is returned, not thrown. */
  call(name: string, args: Record<string, unknown>): Promise<ToolResult>;
  close(): Promise<void>;
}

/** The official client on `mortar mcp serve`, in the newest protocol era that both know or in the older one. */
export async function openSession(
  machine: Machine,
  words: readonly string[] = [],
  era: "auto" | "legacy" = "auto",
): Promise<Session> {
  const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode: era } });
  const args = ["mcp", "serve", ...words];
  await client.connect(new StdioClientTransport({ command: binary, args, env: machine.env, stderr: "ignore" }));
  return {
    client,
    call: async (name, parameters) => {
      const result = await client.callTool({ name, arguments: parameters });
      const content = result.content as readonly { type: string; text?: string }[];
      return {
        isError: result.isError === true,
        text: content.map((block) => block.text ?? "").join("\n"),
        data: (result.structuredContent ?? {}) as Record<string, unknown>,
      };
    },
    close: () => client.close(),
  };
}

/** The control token lies in the emulator's run file, which only its owner can read. */
async function adminToken(home: string): Promise<string> {
  for (const entry of await readdir(home, { recursive: true })) {
    const text = await readFile(join(home, entry), "utf8").catch(() => "");
    const token = /dapi-admin-[0-9a-f]+/.exec(text)?.[0];
    if (token !== undefined) return token;
  }
  throw new Error("no run file of the emulator");
}
