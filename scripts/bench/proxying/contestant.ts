// Our proxy as a contestant: the compiled binary with a home of its own, started as a person starts it.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { onCore, type Rig } from "./machine.ts";

export interface MortarOptions {
  readonly binary: string;
  readonly name: string;
  /** Profile names and the workspaces that they mean. */
  readonly profiles: Readonly<Record<string, string>>;
  readonly caFile: string;
  /** Filters that are switched off; all others are as shipped. */
  readonly without?: readonly string[];
}

export interface MortarProxy {
  readonly url: string;
  readonly pid: number;
  readonly key: string;
  readonly child: Bun.Subprocess;
}

/** Starts `mortar proxy serve` on a core of its own. Throws when it is not there within ten seconds. */
export async function startMortar(rig: Rig, options: MortarOptions): Promise<MortarProxy> {
  const home = join(rig.folder, options.name);
  const data = join(home, "mortar");
  await mkdir(data, { recursive: true });
  const profiles = Object.entries(options.profiles).map(
    ([name, host]) => `[${name}]\nhost = ${host}\ntoken = dapi0123456789abcdef0123456789abcdef\n`,
  );
  await Bun.write(join(home, ".databrickscfg"), profiles.join("\n"));
  // The workspace here answers everything with the same words: which APIs it has is not asked.
  const families = Object.fromEntries(Object.keys(options.profiles).map((name) => [name, "model-services"]));
  const filters = Object.fromEntries((options.without ?? []).map((name) => [name, false]));
  await Bun.write(join(data, "settings.json"), JSON.stringify({ proxy: { families }, filters }));
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    MORTAR_HOME: data,
    NODE_EXTRA_CA_CERTS: options.caFile,
    LANG: "C.UTF-8",
  };
  const child = rig.start([...onCore(0), options.binary, "proxy", "serve", "--port", "0"], env);
  const { pid, port } = await recordOf(join(data, "run", "proxy.json"), child);
  const key = (await Bun.file(join(data, "proxy-key")).text()).trim();
  return { url: `http://127.0.0.1:${port}`, pid, key, child };
}

interface Place {
  readonly pid: number;
  readonly port: number;
}

/** The process that serves is a child of the one that was started. */
async function recordOf(path: string, child: Bun.Subprocess): Promise<Place> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline;) {
    const file = Bun.file(path);
    if (await file.exists()) return (await file.json()) as Place;
    if (child.exitCode !== null) break;
    await Bun.sleep(20);
  }
  throw new Error("mortar proxy serve did not start");
}
