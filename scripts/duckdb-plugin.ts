// DuckDB's addon and shared library for the target that is built, and the build plugin that makes a bundle load them
// from inside the binary.
import { createHash } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BunPlugin } from "bun";

const root = join(import.meta.dir, "..");
const store = join(root, "dist", ".duckdb");
const namespace = "duckdb-embedded";

/** The bindings package of each build target, and the name of the shared library inside. */
export const bindings: Readonly<Record<string, { package: string; library: string }>> = {
  "linux-x64": { package: "node-bindings-linux-x64", library: "libduckdb.so" },
  "linux-x64-musl": { package: "node-bindings-linux-x64-musl", library: "libduckdb.so" },
  "linux-arm64": { package: "node-bindings-linux-arm64", library: "libduckdb.so" },
  "linux-arm64-musl": { package: "node-bindings-linux-arm64-musl", library: "libduckdb.so" },
  "darwin-x64": { package: "node-bindings-darwin-x64", library: "libduckdb.dylib" },
  "darwin-arm64": { package: "node-bindings-darwin-arm64", library: "libduckdb.dylib" },
  "windows-x64": { package: "node-bindings-win32-x64", library: "duckdb.dll" },
  "windows-arm64": { package: "node-bindings-win32-arm64", library: "duckdb.dll" },
};

/** What the binary carries. */
export interface DuckdbFiles {
  readonly addon: string;
  /** The shared library, packed. */
  readonly packed: string;
  /** Its name. */
  readonly library: string;
  /** SHA-256 of addon and unpacked library, hexadecimal. */
  readonly hashes: readonly [string, string];
}

/**
 * The files for `target` (`bun-linux-x64-musl`, or undefined for this machine). A bindings package that is not
 * installed is fetched from the npm registry and checked against bun.lock. Throws when there is none for the target.
 */
export async function duckdbFiles(target: string | undefined): Promise<DuckdbFiles> {
  const name = targetName(target);
  const binding = bindings[name];
  if (binding === undefined) {
    throw new Error(`DuckDB has no bindings for ${name}; they exist for ${Object.keys(bindings).join(", ")}`);
  }
  const folder = await packageFolder(binding.package);
  const addon = join(folder, "duckdb.node");
  const library = join(folder, binding.library);
  for (const path of [addon, library])
    if (!existsSync(path)) throw new Error(`${path} is missing from the bindings package`);
  const packed = await compress(library, `${binding.package}-${binding.library}.zst`);
  return { addon, packed, library: binding.library, hashes: [await sha256(addon), await sha256(library)] };
}

/** The plugin for the bundle with the engine in it, whose `useNativeFiles` is told where the files are. */
export function duckdbPlugin(files: DuckdbFiles): BunPlugin {
  const source = moduleSource(files);
  return {
    name: "duckdb",
    setup(build) {
      build.onResolve({ filter: /^@duckdb\/node-bindings$/ }, () => ({ path: "binding", namespace }));
      build.onResolve({ filter: /^duckdb-embedded-files$/ }, () => ({ path: "files", namespace }));
      build.onLoad({ filter: /^binding$/, namespace }, () => ({
        contents: `module.exports = require("duckdb-embedded-files").binding;`,
        loader: "js",
      }));
      build.onLoad({ filter: /^files$/, namespace }, () => ({ contents: source, loader: "js", resolveDir: root }));
    },
  };
}

function moduleSource({ library, hashes }: DuckdbFiles): string {
  const native = join(root, "src", "emulator", "sql", "native");
  return `
import { loadAddon } from ${JSON.stringify(join(native, "unpack.ts"))};
import { nativeFiles, nativeFolder } from ${JSON.stringify(join(native, "place.ts"))};
export const binding = loadAddon([
  { name: ${JSON.stringify(library)}, source: nativeFiles().library, sha256: "${hashes[1]}", compressed: true },
  { name: "duckdb.node", source: nativeFiles().addon, sha256: "${hashes[0]}", compressed: false },
], nativeFolder(), "duckdb.node");
`;
}

/** `bun-linux-x64-baseline` and `bun-linux-x64-modern` take the bindings of `linux-x64`. */
function targetName(target: string | undefined): string {
  if (target !== undefined)
    return target
      .replace(/^bun-/, "")
      .replace(/-(baseline|modern)\b/, "")
      .replace(/-v[\d.]+$/, "");
  const os = process.platform === "win32" ? "windows" : process.platform;
  const musl = os === "linux" && existsSync(`/lib/ld-musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`);
  return `${os}-${process.arch}${musl ? "-musl" : ""}`;
}

async function packageFolder(name: string): Promise<string> {
  const installed = join(root, "node_modules", "@duckdb", name);
  if (existsSync(join(installed, "package.json"))) return installed;
  const { version, integrity } = await locked(name);
  const fetched = join(store, `${name}-${version}`);
  if (existsSync(join(fetched, "package.json"))) return fetched;
  const registry = (process.env["npm_config_registry"] ?? "https://registry.npmjs.org").replace(/\/$/, "");
  const url = `${registry}/@duckdb/${name}/-/${name}-${version}.tgz`;
  console.error(`fetching ${url}`);
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(`@duckdb/${name} ${version} is not installed, and ${url} answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const found = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  if (found !== integrity) throw new Error(`${url} does not have the hash that bun.lock records`);
  const fresh = `${fetched}.new${process.pid}`;
  await new Bun.Archive(bytes).extract(fresh);
  await rm(fetched, { recursive: true, force: true });
  await rename(join(fresh, "package"), fetched);
  await rm(fresh, { recursive: true, force: true });
  return fetched;
}

/** Version and hash of a package in bun.lock, which lists the bindings of every platform. */
async function locked(name: string): Promise<{ version: string; integrity: string }> {
  const lock = await Bun.file(join(root, "bun.lock")).text();
  const line = lock.split("\n").find((text) => text.trimStart().startsWith(`"@duckdb/${name}":`));
  const found = /"@duckdb\/[^"]+@([^"@]+)".*"(sha512-[^"]+)"/.exec(line ?? "");
  if (found?.[1] === undefined || found[2] === undefined) throw new Error(`bun.lock does not list @duckdb/${name}`);
  return { version: found[1], integrity: found[2] };
}

/** Compresses once for each content; level 19 takes half a minute and saves 20 MB beside the default. */
async function compress(path: string, name: string): Promise<string> {
  const bytes = await Bun.file(path).bytes();
  const out = join(store, `${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}-${name}`);
  if (existsSync(out)) return out;
  await mkdir(store, { recursive: true });
  const fresh = `${out}.new${process.pid}`;
  await Bun.write(fresh, await Bun.zstdCompress(bytes, { level: 19 }));
  await rename(fresh, out);
  return out;
}

async function sha256(path: string): Promise<string> {
  return createHash("sha256")
    .update(await Bun.file(path).bytes())
    .digest("hex");
}
