// This machine: the program itself, the home folder, the disk.
import { realpathSync } from "node:fs";
import { mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { randomBytes } from "node:crypto";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { certificateEnd, certificateWarning } from "../../platform/certificate-end.ts";
import { errnoOf } from "../../platform/files.ts";
import { knownLatest } from "../../platform/release/notice.ts";
import { isUpdate } from "../../platform/release/version.ts";
import { fail, orPass, pass, skip, warn, type Check, type CheckContext, type Finding } from "../check.ts";

const program: Check = {
  id: "machine.program",
  group: "machine",
  title: "One mortar on the PATH, made for this machine",
  run: async ({ deps, around }) => {
    const { own, system } = await around.processors();
    const found: Finding[] = [];
    if (own !== system) {
      found.push(
        warn(`this mortar is made for ${own}, and the machine is ${system}`, `Install the one for ${system}.`),
      );
    }
    const places = programsOnPath(deps);
    const [first, ...others] = places;
    if (first === undefined) {
      found.push(
        warn("no mortar on the PATH: agents and shells find it by its whole path alone", pathCure(around.self[0])),
      );
    } else if (others.length > 0) {
      const list = others.map((path) => path).join(", ");
      found.push(warn(`${first} comes before ${list}`, `Remove those that you do not use: ${list}`));
    }
    return orPass(found, `${first ?? around.self[0]} (${around.version}, ${own})`);
  },
};

function pathCure(self: string): string {
  return isAbsolute(self) ? `Add ${dirname(self)} to the PATH.` : "Add the folder of mortar to the PATH.";
}

/** Different files called mortar, in the order of the PATH; links to one file are one. */
function programsOnPath({ env, os }: CheckContext["deps"]): string[] {
  const name = os === "win32" ? "mortar.exe" : "mortar";
  const seen = new Set<string>();
  return (env["PATH"] ?? env["Path"] ?? "").split(delimiter).flatMap((folder) => {
    if (!isAbsolute(folder)) return [];
    const path = join(folder, name);
    const real = realPath(path);
    if (real === undefined || seen.has(real)) return [];
    seen.add(real);
    return [path];
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

const version: Check = {
  id: "machine.version",
  group: "machine",
  title: "The newest version that is known",
  run: async ({ deps, around }) => {
    const latest = await knownLatest(deps);
    if (latest === undefined) return skip(`${around.version}; nobody has looked for a newer one yet`);
    if (!isUpdate(around.version, latest)) return pass(around.version);
    return warn(`${latest} is out; this is ${around.version}`, "mortar update");
  },
};

const mib = 1_048_576;
const leastBytes = 20 * mib;
const goodBytes = 200 * mib;

const home: Check = {
  id: "machine.home",
  group: "machine",
  title: "A home folder that can be written, and room on the disk",
  run: async ({ deps, around }) => {
    const { home: folder, data } = deps.paths;
    if (folder === undefined) return fail("no home folder: HOME is not set", "Set HOME (on Windows USERPROFILE).");
    const trouble = await writeTrouble(await nearestFolder(data));
    if (trouble !== undefined) {
      return fail(
        `${data} cannot be written: ${trouble}`,
        "Make it writable, or name another folder with MORTAR_HOME.",
      );
    }
    const free = await around.freeBytes(await nearestFolder(data));
    const words = `${Math.floor(free / mib)} MiB free where ${data} is`;
    if (free < leastBytes) return fail(words, "Free some space on the disk: settings could not be written whole.");
    return free < goodBytes ? warn(words, "Free some space on the disk.") : pass(words);
  },
};

/** The folder itself, or the one above it that is there. */
async function nearestFolder(path: string): Promise<string> {
  const there = await readdir(path).then(
    () => true,
    (thrown: unknown) => errnoOf(thrown) !== "ENOENT",
  );
  return there || dirname(path) === path ? path : nearestFolder(dirname(path));
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a part of the path is not a folder",
};

/** Why no file can be made in the folder; undefined where one can. Leaves nothing. */
async function writeTrouble(folder: string): Promise<string | undefined> {
  const path = join(folder, `.mortar-${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile("mortar").finally(() => file.close());
    return undefined;
  } catch (thrown) {
    const code = errnoOf(thrown) ?? String(thrown);
    return reasons[code] ?? code;
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

const signature: Check = {
  id: "machine.signature",
  group: "machine",
  title: "The certificate that this program is signed with lasts",
  run: async ({ deps, around, signal }) => {
    if (deps.os !== "darwin") return skip("programs are signed on macOS alone");
    const folder = await mkdtemp(join(tmpdir(), "mortar-signature-"));
    try {
      const prefix = join(folder, "certificate-");
      const words = ["/usr/bin/codesign", "-d", `--extract-certificates=${prefix}`, around.self[0]] as const;
      await deps
        .run(words, { env: deps.env, signal, timeoutMs: 8_000, maxOutputBytes: 100_000 })
        .catch(() => undefined);
      // The leaf comes first; a program that is signed ad hoc has none.
      const bytes = await readFile(`${prefix}0`).catch(() => undefined);
      if (bytes === undefined) return pass("it is signed without one");
      const end = certificateEnd(bytes, deps.clock.now());
      const ending = certificateWarning(end);
      if (ending === undefined) return pass(`${end.name}, ${end.daysLeft} more days`);
      const cure = "Tell whoever manages this machine; docs/fleet.md says how the next one is rolled out.";
      return end.verdict === "ended" ? fail(ending, cure) : warn(ending, cure);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

export const machineChecks: readonly Check[] = [program, version, home, signature];
