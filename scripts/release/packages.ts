// The packages that travel inside the binary, with their licences.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Target } from "../../src/platform/release/targets.ts";
import { bindings } from "../duckdb-plugin.ts";
import { standardLicence } from "./standard-licences.ts";

export interface Shipped {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  /** The texts that the licence asks to be passed on. */
  readonly texts: readonly string[];
  readonly homepage: string | undefined;
  /** Hash of the package as bun.lock has it: `sha512-` and base64. */
  readonly integrity: string | undefined;
  /** Names of the packages that it needs, those for other machines included. */
  readonly needs: readonly string[];
}

/** Licences that ask for nothing but their own text. */
const accepted = new Set([
  "MIT",
  "MIT-0",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "MPL-2.0",
  "0BSD",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "Unlicense",
  "Zlib",
]);

/** True for an SPDX expression that can be met with accepted licences alone. */
export function isAccepted(expression: string): boolean {
  const alternatives = expression.replace(/^\((.*)\)$/, "$1").split(" OR ");
  return alternatives.some((one) => one.split(" AND ").every((part) => accepted.has(part.replace(/[()]/g, "").trim())));
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: unknown;
  readonly author?: unknown;
  readonly homepage?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  /** Set where a package is for some machines only. */
  readonly os?: readonly string[];
}

/**
 * Everything that the dependencies of `folder`/package.json lead to, sorted by name, but for packages of one machine:
 * what is said of the others must not hang on which machines a release is for. Throws for a package whose licence is not
 * accepted, or that comes without the text of it.
 */
export async function shippedPackages(folder: string): Promise<Shipped[]> {
  const lock = await Bun.file(join(folder, "bun.lock")).text();
  const found = new Map<string, Shipped>();
  const visit = async (from: string, name: string, isOptional: boolean): Promise<void> => {
    const place = findPackage(folder, from, name);
    if (place === undefined) {
      // An optional package is missing where it is made for another machine.
      if (isOptional) return;
      throw new Error(`${name} is not installed`);
    }
    const manifest = (await Bun.file(join(place, "package.json")).json()) as Manifest;
    const key = `${manifest.name}@${manifest.version}`;
    if (found.has(key) || manifest.os !== undefined) return;
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest;
    const optional = { ...peerDependencies, ...optionalDependencies };
    const named = [...new Set([...Object.keys(dependencies), ...Object.keys(optional)])];
    // Types are gone from what is shipped.
    const needs = named.filter((need) => !need.startsWith("@types/"));
    found.set(key, {
      name: manifest.name,
      version: manifest.version,
      licence: licenceOf(manifest),
      texts: await licenceTexts(place, key, manifest),
      homepage: manifest.homepage,
      integrity: integrityOf(lock, key),
      needs,
    });
    for (const need of needs) await visit(place, need, Object.hasOwn(optional, need));
  };
  const root = (await Bun.file(join(folder, "package.json")).json()) as Manifest;
  for (const name of Object.keys(root.dependencies ?? {})) await visit(folder, name, false);
  return [...found.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** The packages with DuckDB's library for the machines of a release, as bun.lock lists them. */
export async function bindingPackages(folder: string, targets: readonly Target[]): Promise<Shipped[]> {
  const lock = await Bun.file(join(folder, "bun.lock")).text();
  const common = (await Bun.file(
    join(folder, "node_modules", "@duckdb", "node-bindings", "package.json"),
  ).json()) as Manifest;
  return targets.map((target) => {
    const name = `@duckdb/${bindings[target]?.package}`;
    const version = common.optionalDependencies?.[name];
    if (version === undefined) throw new Error(`DuckDB has no bindings for ${target}`);
    const integrity = integrityOf(lock, `${name}@${version}`);
    return { name, version, licence: licenceOf(common), texts: [], homepage: undefined, integrity, needs: [] };
  });
}

/** As Node.js looks for a package: in each node_modules from the one who needs it upwards. */
function findPackage(root: string, from: string, name: string): string | undefined {
  for (let folder = from; folder.startsWith(root); folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    if (existsSync(join(place, "package.json"))) return place;
  }
  return undefined;
}

function licenceOf({ name, license }: Manifest): string {
  if (typeof license === "string" && isAccepted(license)) return license;
  throw new Error(`${name} is under ${JSON.stringify(license)}, which is not one of the accepted licences`);
}

async function licenceTexts(place: string, key: string, manifest: Manifest): Promise<string[]> {
  const names = (await readdir(place)).filter((name) => /^(?:licen[cs]e|copying|notice)/i.test(name)).toSorted();
  if (names.length === 0) {
    const text = standardLicence(licenceOf(manifest), manifest.author);
    if (text === undefined) throw new Error(`${key} comes without the text of its licence`);
    return [text];
  }
  return Promise.all(names.map(async (name) => (await Bun.file(join(place, name)).text()).trim()));
}

function integrityOf(lock: string, key: string): string | undefined {
  const line = lock.split("\n").find((text) => text.includes(`["${key}"`));
  return /"(sha512-[^"]+)"\],?\s*$/.exec(line ?? "")?.[1];
}
