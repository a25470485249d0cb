// A private folder for one session of an agent, and what sessions that were killed left behind.
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toMortarError } from "../../platform/errors.ts";
import { makePrivateFolder } from "../../platform/files.ts";
import { isAlive } from "../../platform/process.ts";
import type { Agent, LaunchDeps, PrivateFile } from "./agent.ts";

/** A folder that is nobody else's. It is not made yet. */
export function sessionFolder({ paths }: Pick<LaunchDeps, "paths">, agent: Pick<Agent, "name">, pid: number): string {
  return join(sessionsFolder(paths), `${agent.name}-${pid}-${randomBytes(4).toString("hex")}`);
}

/** Makes the folder and its files, all for this user alone. Throws `io`. */
export async function fillFolder(folder: string, files: readonly PrivateFile[]): Promise<void> {
  await makePrivateFolder(folder);
  for (const { path, content } of files) {
    await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
    await writeFile(path, content, { mode: 0o600, flag: "wx" });
  }
}

/** Notes the agent's process: while it lives, nobody clears its folder away. */
export async function noteAgent(folder: string, pid: number): Promise<void> {
  await writeFile(join(folder, pidFile), String(pid), { mode: 0o600 }).catch(() => undefined);
}

/** Ends a session: what belongs to the person is brought back, the rest goes. A failure is said, and ends nothing. */
export async function clearFolder(deps: LaunchDeps, agent: Agent, folder: string): Promise<void> {
  try {
    await agent.close?.(deps, folder);
    await rm(folder, { recursive: true, force: true });
  } catch (thrown) {
    deps.log.warn(`${folder} stays behind: ${toMortarError(thrown).message}`);
  }
}

/** Leaves the folder to a session in the background: it goes a month later. */
export async function keepFolder(folder: string): Promise<void> {
  await writeFile(join(folder, keepFile), "", { mode: 0o600 });
}

/** Clears away what sessions left that did not come to their end: the machine went down, or somebody killed them. */
export async function sweepFolders(deps: LaunchDeps, agents: readonly Agent[]): Promise<void> {
  const root = sessionsFolder(deps.paths);
  for (const name of await readdir(root).catch(() => [])) {
    const agent = agents.find((one) => name.startsWith(`${one.name}-`));
    if (agent === undefined || (await isInUse(deps, root, name))) continue;
    // Whoever can rename it clears it: two that start at once do not meet in one folder.
    const claimed = join(root, `${agent.name}-${process.pid}-${randomBytes(4).toString("hex")}`);
    const isOurs = await rename(join(root, name), claimed).then(
      () => true,
      () => false,
    );
    if (isOurs) await clearFolder(deps, agent, claimed);
  }
}

const pidFile = "agent.pid";
const keepFile = "keep";
const monthMs = 30 * 24 * 3_600_000;

function sessionsFolder(paths: LaunchDeps["paths"]): string {
  return join(paths.run, "agents");
}

async function isInUse({ clock }: LaunchDeps, root: string, name: string): Promise<boolean> {
  const starter = Number(/^[a-z]+-(\d+)-/.exec(name)?.[1] ?? "0");
  if (starter > 0 && isAlive(starter)) return true;
  const agent = Number(await readFile(join(root, name, pidFile), "utf8").catch(() => "0"));
  if (agent > 0 && isAlive(agent)) return true;
  const kept = await stat(join(root, name, keepFile)).catch(() => undefined);
  return kept !== undefined && clock.now() - kept.mtimeMs < monthMs;
}
