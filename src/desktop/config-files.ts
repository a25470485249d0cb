// The files of `generate-config`: which format each name means, and what may be overwritten.
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { OperatingSystem } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { errnoOf, writeAtomic } from "../platform/files.ts";
import { isObject, tryJson } from "../platform/json.ts";
import { developerJson } from "./developer-json.ts";
import { mobileConfig } from "./mobile-config.ts";
import { registryFile } from "./registry-file.ts";
import type { DesktopWish } from "./settings.ts";

export type ConfigFormat = "mobileconfig" | "reg" | "json";

export interface ConfigFile {
  readonly path: string;
  readonly format: ConfigFormat;
  readonly content: string | Uint8Array;
}

const formats: readonly ConfigFormat[] = ["mobileconfig", "reg", "json"];

interface Place {
  readonly cwd: string;
  readonly os: OperatingSystem;
  /** One file in the place of all three; its ending says which. */
  readonly output: string | undefined;
}

/** What is to be written. Throws `invalid_input` for values that a format cannot hold. */
export function configFiles(wish: DesktopWish, { cwd, os, output }: Place): readonly ConfigFile[] {
  if (output !== undefined) {
    const format = formatOf(output, os);
    return [{ path: output, format, content: content(wish, format) }];
  }
  return formats.map((format) => ({
    path: join(cwd, `databricks-claude-desktop.${format}`),
    format,
    content: content(wish, format),
  }));
}

function formatOf(path: string, os: OperatingSystem): ConfigFormat {
  const ending = extname(path).slice(1).toLowerCase();
  return formats.find((format) => format === ending) ?? (os === "win32" ? "reg" : "mobileconfig");
}

function content(wish: DesktopWish, format: ConfigFormat): string | Uint8Array {
  if (format === "json") return developerJson(wish);
  return format === "reg" ? registryFile(wish) : mobileConfig(wish);
}

/**
 * Writes them, each whole and readable by this user alone. Before the first is written, all are looked at: throws
 * `already_exists` for a JSON file that is somebody else's, and `io`.
 */
export async function writeConfigFiles(files: readonly ConfigFile[]): Promise<void> {
  for (const file of files) await checkPresent(file);
  for (const { path, content: bytes } of files) await writeAtomic(path, bytes, { mode: 0o600, forceMode: true });
}

/** A JSON that is not for a gateway holds somebody's settings of another provider. */
async function checkPresent({ path, format }: ConfigFile): Promise<void> {
  if (format !== "json") return;
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (errnoOf(cause) === "ENOENT") return "";
    throw new MortarError("io", `Cannot read ${path}: ${errnoOf(cause) ?? String(cause)}`, { cause });
  });
  if (text.trim() === "") return;
  const value = tryJson(text);
  if (isObject(value) && value["inferenceProvider"] === "gateway") return;
  throw new MortarError("already_exists", `${path} is there, and it is no configuration of a gateway`, {
    hint: "Move it away, or give --output another name.",
  });
}
