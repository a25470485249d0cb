// Which workspace Claude Desktop is on, on this machine: the helper is called without a word, and goes by this.
import type { Deps } from "../platform/deps.ts";
import { readSettings, updateSettings } from "../platform/settings.ts";

export interface DesktopMemory {
  readonly profile: string | undefined;
  /** The workspace that the app was configured for; undefined where only the profile is known. */
  readonly host: string | undefined;
  readonly databricksCliPath: string | undefined;
}

const section = "desktop";

type MemoryDeps = Pick<Deps, "paths" | "clock" | "log">;

export async function readMemory(deps: MemoryDeps): Promise<DesktopMemory> {
  const found = await readSettings(deps, section);
  const text = (key: string): string | undefined => {
    const value = found[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return { profile: text("profile"), host: text("host"), databricksCliPath: text("databricks_cli_path") };
}

/** Keeps what is given, and leaves the rest. Throws `io` and `timeout`. */
export async function remember(deps: MemoryDeps, { profile, host, databricksCliPath }: Partial<DesktopMemory>) {
  await updateSettings(deps, section, (present) => ({
    ...present,
    ...(profile === undefined ? {} : { profile }),
    ...(host === undefined ? {} : { host }),
    ...(databricksCliPath === undefined ? {} : { databricks_cli_path: databricksCliPath }),
  }));
}

/** Throws `io` and `timeout`. */
export async function forget(deps: MemoryDeps): Promise<void> {
  await updateSettings(deps, section, (present) => (Object.keys(present).length === 0 ? undefined : {}));
}
