// What the measurement needs of this machine: its programs, its load, and children that end with it.
import { loadavg, tmpdir } from "node:os";
import { createServer } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

const packages: Readonly<Record<string, string>> = { nginx: "nginx-light", wrk: "wrk" };

/** Where a program is. Throws, with how to install it, when it is missing. */
export function program(name: string): string {
  const found = Bun.which(name, { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/local/sbin` });
  if (found !== null) return found;
  throw new Error(`${name} is missing; on Debian and Ubuntu: apt-get install ${packages[name] ?? name}`);
}

/** The one-minute load: what else the machine does. */
export function load(): number {
  return loadavg()[0] ?? 0;
}

/** The words that keep a program on one core, where the system has them. */
export function onCore(core: number): string[] {
  const taskset = Bun.which("taskset");
  return taskset === null || navigator.hardwareConcurrency < 2 ? [] : [taskset, "-c", String(core)];
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}

/** A folder and children that are gone when the work is done, however it ends. */
export interface Rig {
  readonly folder: string;
  start(command: readonly string[], env?: Record<string, string>): Bun.Subprocess;
  end(child: Bun.Subprocess): Promise<void>;
}

export async function withRig<T>(work: (rig: Rig) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "mortar-bench-"));
  const children = new Set<Bun.Subprocess>();
  const end = async (child: Bun.Subprocess): Promise<void> => {
    child.kill("SIGTERM");
    const hung = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await child.exited;
    clearTimeout(hung);
    children.delete(child);
  };
  const interrupted = (): void => {
    for (const child of children) child.kill("SIGKILL");
    process.exit(130);
  };
  process.on("SIGINT", interrupted);
  process.on("SIGTERM", interrupted);
  try {
    return await work({
      folder,
      end,
      start: (command, env = { PATH: process.env["PATH"] ?? "" }) => {
        const log = Bun.file(join(folder, `${children.size}-${Date.now()}.log`));
        const child = Bun.spawn([...command], { env, stdin: "ignore", stdout: log, stderr: "inherit" });
        children.add(child);
        return child;
      },
    });
  } finally {
    await Promise.all([...children].map(end));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until the address answers anything; throws when it does not within ten seconds. */
export async function untilAnswers(url: string): Promise<void> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline;) {
    const answer = await fetch(url, { method: "POST", body: "{}", tls: { rejectUnauthorized: false } }).catch(
      () => undefined,
    );
    if (answer !== undefined) return void (await answer.arrayBuffer());
    await Bun.sleep(20);
  }
  throw new Error(`${url} does not answer`);
}
