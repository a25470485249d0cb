// Makes a release: an archive for each machine, checksums and their signature, SBOM, notices, package manifests, install
// scripts and the feed. The same commit and key give the same bytes.
import { appendFile, chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import {
  archiveFolder,
  archiveName,
  feedName,
  isWindows,
  programName,
  signatureName,
  sumsName,
  type Target,
} from "../../src/platform/release/targets.ts";
import { formatSums, sha256 } from "../../src/platform/release/sums.ts";
import { tarGz, zip, type ArchiveFile } from "./archive.ts";
import { fleetArchive, pluginArchive } from "./fleet.ts";
import { formula, type PackageFacts } from "./formula.ts";
import { signedMacho } from "./macho.ts";
import { makeSigningKey, parseSigningKey, signMinisign, type SigningKey } from "./minisign-key.ts";
import { notices } from "./notices.ts";
import { readOptions, usage, type ReleaseOptions } from "./options.ts";
import { bindingPackages, shippedPackages } from "./packages.ts";
import { archPackage } from "./pkgbuild.ts";
import { must } from "./run.ts";
import { sbom } from "./sbom.ts";
import { scoopManifest } from "./scoop.ts";
import { keepStore, takeSnapshot, type Snapshot } from "./snapshot.ts";

const root = join(import.meta.dir, "..", "..");
const publicKeyFile = join(root, "scripts", "release", "mortar.pub");
const say = (line: string): void => console.error(line);

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Plan {
  readonly options: ReleaseOptions;
  readonly snapshot: Snapshot;
  readonly version: string;
  /** Names of the packages that package.json asks for. */
  readonly direct: readonly string[];
  readonly key: SigningKey | undefined;
  /** Public keys that this release's programs accept for the next one. */
  readonly publicKeys: readonly string[];
  /** Where the files will lie; `{version}` stands for the version. */
  readonly baseTemplate: string;
  /** Where the unfinished release is made. */
  readonly out: string;
}

try {
  const options = await readOptions(root, process.argv.slice(2));
  if (options.help) process.stdout.write(usage);
  else if (options.newKey !== undefined) await writeNewKey(options.newKey);
  else await release(options);
} catch (thrown) {
  say(`error: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
}

async function release(options: ReleaseOptions): Promise<void> {
  const key = options.key === undefined ? undefined : parseSigningKey(options.key);
  const publicKeys = await acceptedKeys(key);
  const baseTemplate =
    options.baseUrl ??
    (options.repository === undefined
      ? undefined
      : `https://github.com/${options.repository}/releases/download/v{version}`);
  if (baseTemplate === undefined)
    throw new Error("whose release is it? Give --repository OWNER/NAME, or --base-url URL");
  const snapshot = await takeSnapshot(root, options);
  const out = `${options.out}.new${process.pid}`;
  try {
    const manifest = (await Bun.file(join(snapshot.folder, "package.json")).json()) as Manifest;
    const { version, dependencies } = manifest;
    if (options.tag !== undefined && options.tag !== `v${version}`) {
      throw new Error(`the tag ${options.tag} is not that of version ${version} in package.json`);
    }
    await mkdir(out, { recursive: true });
    const direct = Object.keys(dependencies);
    await make({ options, snapshot, version, direct, key, publicKeys, baseTemplate, out });
    await rm(options.out, { recursive: true, force: true });
    await rename(out, options.out);
    say(`release ${version} of commit ${snapshot.commit} is in ${options.out}`);
  } finally {
    await rm(out, { recursive: true, force: true });
    await snapshot.dispose();
  }
}

async function make(plan: Plan): Promise<void> {
  const { snapshot, options, version, key, out } = plan;
  const packages = await shippedPackages(snapshot.folder);
  const notice = notices(packages, Bun.version);
  const shared = await sharedFiles(snapshot.folder, notice);
  const sums = new Map<string, string>();
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Bun.write(join(out, name), bytes);
    sums.set(name, sha256(bytes));
  };
  const failed: string[] = [];
  for (const target of options.targets) {
    try {
      await write(archiveName(version, target), await makeArchive(plan, target, shared));
    } catch (thrown) {
      failed.push(target);
      say(`error: ${target}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
  await keepStore(root, snapshot);
  if (failed.length > 0) throw new Error(`no release: ${failed.join(", ")} could not be made`);
  await write("THIRD_PARTY_NOTICES", notice);
  const parts = [...packages, ...(await bindingPackages(snapshot.folder, options.targets))];
  const { commit, timeSeconds } = snapshot;
  await write(
    "mortar.cdx.json",
    sbom(parts, { version, commit, timeSeconds, bunVersion: Bun.version, direct: plan.direct }),
  );
  await write(`mortar-fleet-${version}.tar.gz`, await fleetArchive(snapshot.folder, timeSeconds));
  const facts = { version, homepage: options.repository === undefined ? undefined : homepage(plan) };
  await write(`mortar-plugins-${version}.tar.gz`, await pluginArchive(facts, timeSeconds));
  await writePackaging(plan, sums, write);
  const list = formatSums(sums);
  await Bun.write(join(out, sumsName), list);
  if (key !== undefined) {
    await Bun.write(join(out, signatureName), signMinisign(key, new TextEncoder().encode(list), `mortar ${version}`));
  }
  await Bun.write(join(out, feedName), feed(plan));
}

async function makeArchive(plan: Plan, target: Target, shared: readonly ArchiveFile[]): Promise<Uint8Array> {
  const { snapshot, version, options, publicKeys } = plan;
  const started = performance.now();
  const program = join(snapshot.folder, "dist", target, programName(target));
  const words = ["--target", `bun-${target}`, "--outfile", program, "--commit", snapshot.commit];
  if (publicKeys.length > 0) words.push("--release-keys", publicKeys.join(","));
  if (options.repository !== undefined) words.push("--repository", options.repository);
  await must([process.execPath, join(snapshot.folder, "scripts", "build.ts"), ...words], snapshot.folder);
  const built = await Bun.file(program).bytes();
  const content = target.startsWith("darwin-") ? signedMacho(built, "mortar") : built;
  const folder = archiveFolder(version, target);
  const files = [{ path: programName(target), content, executable: true }, ...shared].map((file) => ({
    ...file,
    path: `${folder}/${file.path}`,
  }));
  const bytes = (isWindows(target) ? zip : tarGz)(files, snapshot.timeSeconds);
  const took = ((performance.now() - started) / 1000).toFixed(0);
  const [size, packed] = [content.length, bytes.length].map((count) => (count / 1e6).toFixed(1));
  say(`made ${archiveName(version, target)}: ${packed} MB, the program ${size} MB, in ${took} s`);
  return bytes;
}

/** What lies beside the program in every archive. */
async function sharedFiles(folder: string, notice: string): Promise<ArchiveFile[]> {
  const read = async (path: string, name: string): Promise<ArchiveFile> => ({
    path: name,
    content: await Bun.file(join(folder, path)).bytes(),
    executable: false,
  });
  const list = async (path: string, kind: RegExp): Promise<string[]> => {
    const names = existsSync(join(folder, path)) ? await readdir(join(folder, path)) : [];
    return names.filter((name) => kind.test(name)).toSorted();
  };
  const scripts = await list("completions", /^(?:_\w+|\w+\.(?:bash|fish|ps1))$/);
  const pages = await list("docs/man", /\.1$/);
  if (scripts.length < 4) throw new Error("completions/ does not hold the four completion scripts");
  if (pages.length === 0) throw new Error("docs/man/ holds no manual pages");
  return [
    await read("LICENSE", "LICENSE"),
    { path: "THIRD_PARTY_NOTICES", content: new TextEncoder().encode(notice), executable: false },
    ...(await Promise.all(scripts.map((name) => read(`completions/${name}`, `completions/${name}`)))),
    ...(await Promise.all(pages.map((name) => read(`docs/man/${name}`, `man/${name}`)))),
  ];
}

async function writePackaging(
  plan: Plan,
  sums: ReadonlyMap<string, string>,
  write: (name: string, content: string) => Promise<void>,
): Promise<void> {
  const { version, baseTemplate, publicKeys, snapshot } = plan;
  const facts: PackageFacts = { version, homepage: homepage(plan), base: base(plan), sums: new Map(sums) };
  if ([...sums.keys()].some((name) => /-(?:darwin|linux)-(?:x64|arm64)\.tar\.gz$/.test(name))) {
    await write("mortar.rb", formula(facts));
  }
  const manifest = scoopManifest(facts, baseTemplate);
  if (manifest !== undefined) await write("mortar.json", manifest);
  const arch = archPackage(facts);
  if (arch !== undefined) {
    await write("PKGBUILD", arch.pkgbuild);
    await write("SRCINFO", arch.srcinfo);
  }
  for (const name of ["install.sh", "install.ps1"]) {
    const text = await Bun.file(join(snapshot.folder, "scripts", "release", name)).text();
    const filled = text
      .replaceAll("@VERSION@", version)
      .replaceAll("@BASE@", baseTemplate)
      .replaceAll("@KEYS@", publicKeys.join(" "));
    await write(name, filled);
    if (name.endsWith(".sh")) await chmod(join(plan.out, name), 0o755);
  }
}

function feed(plan: Plan): string {
  const { version, snapshot } = plan;
  const facts = {
    version,
    base: `${base(plan)}/`,
    ...(plan.options.repository === undefined ? {} : { html_url: `${homepage(plan)}/releases/tag/v${version}` }),
    commit: snapshot.commit,
    committed_at: new Date(snapshot.timeSeconds * 1000).toISOString(),
  };
  return `${JSON.stringify(facts, null, 2)}\n`;
}

function base({ baseTemplate, version }: Plan): string {
  return baseTemplate.replaceAll("{version}", version).replace(/\/$/, "");
}

function homepage({ options, baseTemplate }: Plan): string {
  return options.repository === undefined ? new URL(baseTemplate).origin : `https://github.com/${options.repository}`;
}

/** The keys of scripts/release/mortar.pub, of which the signing key must be one; without that file the signing key. */
async function acceptedKeys(key: SigningKey | undefined): Promise<string[]> {
  if (key === undefined) return [];
  const file = Bun.file(publicKeyFile);
  if (!(await file.exists())) {
    say(`warning: there is no ${basename(publicKeyFile)}; the programs will accept the key that signs them now`);
    return [key.publicKey];
  }
  const lines = (await file.text()).split("\n").map((line) => line.trim());
  const keys = lines.filter((line) => line !== "" && !line.startsWith("untrusted comment:"));
  if (!keys.includes(key.publicKey)) throw new Error("the signing key is none of scripts/release/mortar.pub");
  return keys;
}

async function writeNewKey(path: string): Promise<void> {
  if (existsSync(path)) throw new Error(`${path} is there already`);
  const { secret, public: open } = makeSigningKey();
  await writeFile(path, secret, { mode: 0o600, flag: "wx" });
  await appendFile(publicKeyFile, open);
  say(`The secret key is in ${path}: keep it out of the repository. The public key was added to ${publicKeyFile}.`);
}
