// The emulator for a measurement: in a folder of its own, stopped at the end, slow where it is told to be.
import { readdir } from "node:fs/promises";
import { join } from "node:path";

export interface Emulator extends AsyncDisposable {
  readonly host: string;
  readonly token: string;
  /** The next answer at the path comes so many milliseconds later. */
  delay(path: string, ms: number): Promise<void>;
}

export async function startEmulator({ binary, home }: { binary: string; home: string }): Promise<Emulator> {
  const state = join(home, "mortar");
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, MORTAR_HOME: state, LANG: "C.UTF-8" };
  const data = join(home, "workspace");
  const run = async (...words: readonly string[]): Promise<Record<string, unknown>> => {
    const child = Bun.spawn([binary, "emulator", ...words, "--data", data, "--json"], {
      env,
      stdin: "ignore",
      stderr: "pipe",
    });
    const said = JSON.parse(await new Response(child.stdout).text()) as { ok: boolean; data: Record<string, unknown> };
    if (!said.ok) throw new Error(`emulator ${words.join(" ")}: ${JSON.stringify(said)}`);
    return said.data;
  };
  const { host, token } = await run("start", "--port", "0");
  const admin = await adminToken(state);
  return {
    host: String(host),
    token: String(token),
    delay: async (path, ms) => {
      const response = await fetch(`${String(host)}/__emulator/faults`, {
        method: "POST",
        headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
        body: JSON.stringify({ kind: "latency", path, delay_ms: ms }),
      });
      if (!response.ok) throw new Error(`no fault: ${response.status} ${await response.text()}`);
    },
    [Symbol.asyncDispose]: async () => {
      await run("stop");
    },
  };
}

/** It lies in the emulator's run file, which only its owner can read. */
async function adminToken(folder: string): Promise<string> {
  for (const name of await readdir(folder, { recursive: true })) {
    const text = await Bun.file(join(folder, name))
      .text()
      .catch(() => "");
    const token = /dapi-admin-[0-9a-f]+/.exec(text)?.[0];
    if (token !== undefined) return token;
  }
  throw new Error("no run file of the emulator");
}
