// What an administrator has set on this machine: preferences that an MDM manages on macOS, policies in Windows' registry.
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join, win32 } from "node:path";
import type { Deps } from "../deps.ts";
import { isObject } from "../json.ts";
import { isBinaryPlist, readBinaryPlist } from "./plist-binary.ts";
import { readXmlPlist } from "./plist-text.ts";
import { readRegistryQuery } from "./registry-query.ts";

/** The domain that Claude Desktop reads on macOS. */
export const appDomain = "com.anthropic.claudefordesktop";

/** The domain that the helper reads; it is that of the program before this one, so that either can be rolled out first. */
export const fleetDomain = "com.icerhymers.databricks-claude";

/** Where Claude Desktop reads its policy in Windows' registry. */
export const appPolicyKey = String.raw`SOFTWARE\Policies\Claude`;

/** Where the helper reads its own settings there; the key is that of the program before this one. */
export const fleetPolicyKey = String.raw`SOFTWARE\IceRhymers\databricks-claude`;

export interface ManagedSettings {
  /** The file, or the key of the registry. */
  readonly source: string;
  readonly values: Readonly<Record<string, unknown>>;
}

type ManagedDeps = Pick<Deps, "os" | "env" | "paths" | "run">;

// A company's whole policy is a few kilobytes.
const mostBytes = 1024 * 1024;
const registryLimitMs = 5_000;

/** What Claude Desktop is told by an administrator, the one that wins first. What cannot be read counts as not there. */
export async function readAppPolicy(deps: ManagedDeps): Promise<readonly ManagedSettings[]> {
  if (deps.os === "win32") return fromRegistry(deps, appPolicyKey);
  return deps.os === "darwin" ? fromFiles(managedFiles(deps, appDomain)) : [];
}

/** What our helper is told: the payload of `generate-config`, or what a person has put there with `defaults`. */
export async function readFleetSettings(deps: ManagedDeps): Promise<readonly ManagedSettings[]> {
  if (deps.os === "win32") return fromRegistry(deps, fleetPolicyKey);
  if (deps.os !== "darwin") return [];
  const { home } = deps.paths;
  const own = home === undefined ? [] : [join(home, "Library", "Preferences", `${fleetDomain}.plist`)];
  return fromFiles([...managedFiles(deps, fleetDomain), ...own]);
}

/** One text of them, from the first that has it. */
export function managedText(all: readonly ManagedSettings[], key: string): string | undefined {
  const value = all.map(({ values }) => values[key]).find((one) => typeof one === "string" && one !== "");
  return typeof value === "string" ? value : undefined;
}

/** The port of the proxy that an administrator has chosen for this machine's app (`daemonPort`). */
export function managedPort(all: readonly ManagedSettings[]): number | undefined {
  const value = all.map(({ values }) => values["daemonPort"]).find((one) => typeof one === "number");
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= 65_535 ? value : undefined;
}

/** Settings of a property list in either form; undefined for bytes that are none, or no dictionary. */
export function readManagedBytes(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  const value = isBinaryPlist(bytes) ? readBinaryPlist(bytes) : readXmlPlist(new TextDecoder().decode(bytes));
  return isObject(value) && !(value instanceof Uint8Array) ? value : undefined;
}

function managedFiles({ env }: ManagedDeps, domain: string): readonly string[] {
  const root = "/Library/Managed Preferences";
  const user = userName(env);
  return [...(user === undefined ? [] : [join(root, user, `${domain}.plist`)]), join(root, `${domain}.plist`)];
}

/** A name that leads out of the folder is none. */
function userName(env: Deps["env"]): string | undefined {
  const named = env["USER"] ?? systemName();
  return named === undefined || named === "" || /[/\\]|^\.\.?$/.test(named) ? undefined : named;
}

function systemName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

async function fromFiles(paths: readonly string[]): Promise<readonly ManagedSettings[]> {
  const found = await Promise.all(
    paths.map(async (source): Promise<readonly ManagedSettings[]> => {
      const bytes = await readFile(source).catch(() => undefined);
      const values = bytes === undefined || bytes.length > mostBytes ? undefined : readManagedBytes(bytes);
      return values === undefined ? [] : [{ source, values }];
    }),
  );
  return found.flat();
}

/** The machine's policy wins over the user's. */
async function fromRegistry({ env, run }: ManagedDeps, key: string): Promise<readonly ManagedSettings[]> {
  const program = win32.join(env["SystemRoot"] ?? env["SYSTEMROOT"] ?? String.raw`C:\Windows`, "System32", "reg.exe");
  const found = await Promise.all(
    ["HKLM", "HKCU"].map(async (hive): Promise<readonly ManagedSettings[]> => {
      const source = `${hive}\\${key}`;
      const ran = await run([program, "query", source], {
        env,
        timeoutMs: registryLimitMs,
        maxOutputBytes: mostBytes,
      }).catch(() => undefined);
      const values = ran?.exitCode === 0 ? readRegistryQuery(ran.stdout) : {};
      return Object.keys(values).length === 0 ? [] : [{ source, values }];
    }),
  );
  return found.flat();
}
