// A clean copy of what is released, in a folder of its own: the files of one commit, with the packages of its lock file.
// Bytes of the build depend on nothing else on this machine.
import { cp, link, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../../src/platform/release/targets.ts";
import { must, output } from "./run.ts";

export interface Snapshot {
  readonly folder: string;
  /** Twelve digits of the commit, or `unknown` where there is no git. */
  readonly commit: string;
  /** When the commit was made, in seconds since the epoch: the time of everything in the release. */
  readonly timeSeconds: number;
  dispose(): Promise<void>;
}

export interface SnapshotOptions {
  readonly targets: readonly Target[];
  readonly workingTree: boolean;
}

// Before 1980 a zip file knows no time.
const earliestSeconds = 315_619_200;

/** Makes the copy below dist/. Throws when git has uncommitted changes to hide, unless `workingTree` asks for them. */
export async function takeSnapshot(root: string, options: SnapshotOptions): Promise<Snapshot> {
  await mkdir(join(root, "dist"), { recursive: true });
  const folder = await mkdtemp(join(root, "dist", ".release-"));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const hasGit = existsSync(join(root, ".git"));
    const commit = hasGit ? await output(["git", "rev-parse", "--short=12", "HEAD"], root) : "unknown";
    const committed = hasGit ? Number(await output(["git", "show", "-s", "--format=%ct", "HEAD"], root)) : 0;
    const timeSeconds = Math.max(committed, Number(process.env["SOURCE_DATE_EPOCH"] ?? 0), earliestSeconds);
    if (hasGit && !options.workingTree) {
      await must(["git", "archive", "--format=tar", "-o", join(folder, "source.tar"), "HEAD"], root);
      await must(["tar", "-xf", "source.tar"], folder);
      await rm(join(folder, "source.tar"));
    } else await copyTree(root, folder);
    await installPackages(folder, options.targets);
    await shareStore(join(root, "dist", ".duckdb"), join(folder, "dist", ".duckdb"));
    return { folder, commit, timeSeconds, dispose };
  } catch (thrown) {
    await dispose();
    throw thrown;
  }
}

/** Keeps what a build had to fetch and compress, for the next one. */
export async function keepStore(root: string, { folder }: Snapshot): Promise<void> {
  await shareStore(join(folder, "dist", ".duckdb"), join(root, "dist", ".duckdb"));
}

const generated = new Set(["node_modules", "dist", ".git", ".tools", ".bun"]);

async function copyTree(root: string, folder: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!generated.has(name)) await cp(join(root, name), join(folder, name), { recursive: true });
  }
}

/** The lock file's packages, checked by its hashes, for the machines that are built for. No install script runs. */
async function installPackages(folder: string, targets: readonly Target[]): Promise<void> {
  const systems = new Set(targets.map((target) => (target.startsWith("windows") ? "win32" : target.split("-")[0])));
  const machines = new Set(targets.map((target) => target.split("-")[1]));
  const platforms = [...[...systems].map((os) => `--os=${os}`), ...[...machines].map((cpu) => `--cpu=${cpu}`)];
  await must(
    [process.execPath, "install", "--frozen-lockfile", "--production", "--ignore-scripts", ...platforms],
    folder,
  );
}

/** Gives the files of one folder to another as second names of the same bytes: a link to the folder would be seen. */
async function shareStore(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (existsSync(target) || entry.name.includes(".new")) continue;
    if (entry.isDirectory()) await cp(source, target, { recursive: true });
    else await link(source, target).catch(() => cp(source, target));
  }
}
