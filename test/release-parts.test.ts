// What scripts/release is made of: archives, signatures of macOS programs, licences, manifests; judged by others' programs
// where there are some.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readFile, readdir, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tarGz, zip } from "../scripts/release/archive.ts";
import { formula } from "../scripts/release/formula.ts";
import { fits, signedMacho } from "../scripts/release/macho.ts";
import { isAccepted, shippedPackages } from "../scripts/release/packages.ts";
import { archPackage } from "../scripts/release/pkgbuild.ts";
import { scoopManifest } from "../scripts/release/scoop.ts";
import { readArchive } from "../src/platform/release/archive.ts";
import { archiveFolder, archiveName, targets } from "../src/platform/release/targets.ts";

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "mortar-parts-"));
});
afterAll(() => rm(base, { recursive: true, force: true }));

async function run(command: readonly string[]): Promise<{ exitCode: number; stdout: string }> {
  const child = Bun.spawn([...command], { cwd: base, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  return { stdout: await new Response(child.stdout).text(), exitCode: await child.exited };
}

describe("archives", () => {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const files = [
    { path: "mortar-1/z.txt", content: text("last"), executable: false },
    { path: "mortar-1/mortar", content: text("x".repeat(5_000)), executable: true },
    { path: "mortar-1/empty", content: text(""), executable: false },
  ];
  const timeSeconds = 1_700_000_000;

  test("do not depend on the order in which files are found, and carry no time of their own", () => {
    for (const make of [tarGz, zip]) {
      expect(Bun.hash(make(files, timeSeconds))).toBe(Bun.hash(make(files.toReversed(), timeSeconds)));
      expect(Bun.hash(make(files, timeSeconds))).not.toBe(Bun.hash(make(files, timeSeconds + 60)));
    }
    expect([...tarGz(files, timeSeconds).subarray(3, 10)]).toEqual([0, 0, 0, 0, 0, 2, 255]);
  });

  test.each([
    ["a.tar.gz", tarGz(files, timeSeconds)],
    ["a.zip", zip(files, timeSeconds)],
  ] as const)("%s is read by the updater", (name, bytes) => {
    const read = readArchive(name, bytes);
    expect([...read.keys()].toSorted()).toEqual(["mortar-1/empty", "mortar-1/mortar", "mortar-1/z.txt"]);
    for (const { path, content } of files) expect(Buffer.compare(read.get(path) ?? text("?"), content)).toBe(0);
  });

  test.skipIf(Bun.which("tar") === null)("tar unpacks it, with its modes and times", async () => {
    await writeFile(join(base, "a.tar.gz"), tarGz(files, timeSeconds));
    expect((await run(["tar", "-xzf", "a.tar.gz"])).exitCode).toBe(0);
    expect(await readFile(join(base, "mortar-1/mortar"), "utf8")).toBe("x".repeat(5_000));
    const { mode, mtimeMs } = await stat(join(base, "mortar-1/mortar"));
    expect(mtimeMs).toBe(timeSeconds * 1_000);
    if (process.platform !== "win32") expect(mode & 0o777).toBe(0o755);
  });

  test.skipIf(Bun.which("python3") === null)("Python reads the zip file and finds no fault", async () => {
    await writeFile(join(base, "a.zip"), zip(files, timeSeconds));
    const code =
      "import zipfile; z = zipfile.ZipFile('a.zip'); print(z.testzip(), [(i.filename, i.date_time[:3], i.external_attr >> 16) for i in z.infolist()])";
    const { stdout } = await run(["python3", "-c", code]);
    expect(stdout).toBe(
      "None [('mortar-1/empty', (2023, 11, 14), 33188), ('mortar-1/mortar', (2023, 11, 14), 33261), ('mortar-1/z.txt', (2023, 11, 14), 33188)]\n",
    );
  });

  test("a path that tar cannot hold is an error, not another path", () => {
    expect(() => tarGz([{ path: "a".repeat(101), content: text(""), executable: false }], 0)).toThrow("too long");
  });
});

describe("the signature of a macOS program", () => {
  /** A Mach-O file with two segments, and a signature that fits nothing. */
  function macho(codeBytes = 20_000): Uint8Array {
    const signatureAt = Math.ceil(codeBytes / 16) * 16;
    const file = Buffer.alloc(signatureAt + 64, 7);
    file.fill(0, 0, 32 + 72 + 72 + 16);
    for (const [index, word] of [0xfeedfacf, 0x01000007, 3, 2, 3, 160, 0, 0].entries())
      file.writeUInt32LE(word, index * 4);
    const segment = (at: number, name: string, start: number, size: number): void => {
      file.writeUInt32LE(0x19, at);
      file.writeUInt32LE(72, at + 4);
      file.write(name, at + 8, "latin1");
      file.writeBigUInt64LE(BigInt(start), at + 40);
      file.writeBigUInt64LE(BigInt(size), at + 48);
    };
    segment(32, "__TEXT", 0, 16_384);
    segment(104, "__LINKEDIT", 16_384, file.length - 16_384);
    for (const [index, word] of [0x1d, 16, signatureAt, 64].entries()) file.writeUInt32LE(word, 176 + index * 4);
    return file;
  }

  test("that does not fit is made anew, and then fits", () => {
    const program = macho();
    expect(fits(program)).toBe(false);
    const signed = signedMacho(program, "mortar");
    expect(fits(signed)).toBe(true);
    expect(Buffer.from(signed).readBigUInt64LE(104 + 48)).toBe(BigInt(signed.length - 16_384));
    expect(signedMacho(signed, "mortar")).toBe(signed);
  });

  test("no longer fits once a byte of the program is another, or bytes are added", () => {
    const signed = signedMacho(macho(), "mortar");
    for (const at of [64, 300, 19_999]) {
      const changed = signed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect([at, fits(changed)]).toEqual([at, false]);
    }
    expect(fits(Buffer.concat([signed, Buffer.alloc(1)]))).toBe(false);
  });

  test.skipIf(process.platform !== "darwin")("is one that codesign accepts", async () => {
    await writeFile(join(base, "program"), signedMacho(macho(), "mortar"), { mode: 0o755 });
    expect((await run(["codesign", "--verify", "--verbose=2", "program"])).exitCode).toBe(0);
  });

  test("is for macOS programs alone", () => {
    expect(() => signedMacho(new TextEncoder().encode("\u007fELF".padEnd(100)), "mortar")).toThrow("no 64-bit Mach-O");
  });
});

describe("licences", () => {
  test.each([
    ["MIT", true],
    ["(MIT OR GPL-3.0)", true],
    ["Apache-2.0 AND MIT", true],
    ["GPL-3.0", false],
    ["MIT AND GPL-2.0-only", false],
    ["SEE LICENSE IN LICENSE", false],
    ["UNLICENSED", false],
    ["", false],
  ])("%s: %j", (expression, expected) => {
    expect(isAccepted(expression)).toBe(expected);
  });

  test("a package under another licence, or without its text, ends the release", async () => {
    const make = async (name: string, manifest: object, files: Record<string, string>): Promise<string> => {
      const folder = join(base, name);
      await Bun.write(join(folder, "package.json"), JSON.stringify({ dependencies: { one: "1.0.0" } }));
      await Bun.write(join(folder, "bun.lock"), "");
      const whole = { name: "one", version: "1.0.0", ...manifest };
      await Bun.write(join(folder, "node_modules/one/package.json"), JSON.stringify(whole));
      for (const [path, content] of Object.entries(files)) await Bun.write(join(folder, path), content);
      return folder;
    };
    const text = { "node_modules/one/LICENSE": "The text." };
    await expect(shippedPackages(await make("gpl", { license: "GPL-3.0" }, text))).rejects.toThrow(
      'one is under "GPL-3.0"',
    );
    await expect(shippedPackages(await make("none", {}, text))).rejects.toThrow("one is under undefined");
    await expect(shippedPackages(await make("bare", { license: "MIT" }, {}))).rejects.toThrow("without the text");
    const gone = await make("gone", { license: "MIT", dependencies: { two: "1" } }, text);
    await expect(shippedPackages(gone)).rejects.toThrow("two is not installed");
    const good = await make("good", { license: "MIT", optionalDependencies: { two: "1" } }, text);
    expect(await shippedPackages(good)).toMatchObject([{ name: "one", licence: "MIT", texts: ["The text."] }]);
  });

  test("every package that we depend on may be passed on", async () => {
    const root = join(import.meta.dir, "..");
    const names = (await shippedPackages(root)).map(({ name }) => name);
    const { dependencies } = (await Bun.file(join(root, "package.json")).json()) as { dependencies: object };
    expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    const { devDependencies } = (await Bun.file(join(root, "package.json")).json()) as { devDependencies: object };
    expect(names.filter((name) => Object.hasOwn(devDependencies, name))).toEqual([]);
  });
});

describe("manifests", () => {
  const version = "1.2.3";
  const home = "https://github.com/acme/mortar";
  const template = `${home}/releases/download/v{version}`;
  const facts = {
    version,
    homepage: home,
    base: template.replace("{version}", version),
    sums: new Map(targets.map((target, index) => [archiveName(version, target), String(index).repeat(64)])),
  };

  test("the formula gives each system and chip its own archive", () => {
    const text = formula(facts);
    for (const target of ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"] as const) {
      const name = archiveName(version, target);
      expect(text).toContain(`url "${facts.base}/${name}"\n      sha256 "${facts.sums.get(name)}"`);
    }
    expect(text).not.toContain("musl");
    expect(text).not.toContain("windows");
    expect(() => formula({ ...facts, sums: new Map() })).toThrow("needs an archive");
  });

  test.skipIf(Bun.which("ruby") === null)("the formula is Ruby", async () => {
    await writeFile(join(base, "mortar.rb"), formula(facts));
    expect((await run(["ruby", "-c", "mortar.rb"])).stdout).toBe("Syntax OK\n");
  });

  test("the Scoop manifest updates itself", () => {
    const manifest = JSON.parse(scoopManifest(facts, template) ?? "") as {
      architecture: Record<string, { url: string; hash: string }>;
      autoupdate: { architecture: Record<string, { url: string }>; hash: { url: string } };
      pre_install: string[];
    };
    expect(Object.keys(manifest.architecture)).toEqual(["64bit", "arm64"]);
    for (const [machine, { url }] of Object.entries(manifest.architecture)) {
      expect(manifest.autoupdate.architecture[machine]?.url.replaceAll("$version", version)).toBe(url);
    }
    expect(manifest.autoupdate.hash.url).toBe("$baseurl/SHA256SUMS");
    expect(manifest.pre_install.join("\n")).toContain("databricks-claude-credential-helper.exe");
    expect(scoopManifest({ ...facts, sums: new Map() }, template)).toBeUndefined();
  });

  describe("the Arch package", () => {
    const arch = archPackage(facts);

    test("gives each chip its own archive, and its summary says the same", () => {
      for (const [machine, target] of [
        ["x86_64", "linux-x64"],
        ["aarch64", "linux-arm64"],
      ] as const) {
        const name = archiveName(version, target);
        expect(arch?.pkgbuild).toContain(`source_${machine}=('${facts.base}/${name}')\n`);
        expect(arch?.pkgbuild).toContain(`sha256sums_${machine}=('${facts.sums.get(name)}')\n`);
        expect(arch?.srcinfo).toContain(`\tsource_${machine} = ${facts.base}/${name}\n`);
        expect(arch?.srcinfo).toContain(`\tsha256sums_${machine} = ${facts.sums.get(name)}\n`);
      }
      expect(archPackage({ ...facts, sums: new Map() })).toBeUndefined();
    });

    test("has no hyphen in the version of a prerelease", () => {
      const name = archiveName("1.2.3-rc.1", "linux-x64");
      const early = archPackage({ ...facts, version: "1.2.3-rc.1", sums: new Map([[name, "0".repeat(64)]]) });
      expect(early?.pkgbuild).toContain("\npkgver=1.2.3_rc.1\n");
      expect(early?.pkgbuild).toContain("/mortar-1.2.3-rc.1-linux-x64");
      expect(early?.pkgbuild).toContain("\narch=('x86_64')\n");
    });

    test.skipIf(process.platform !== "linux" || Bun.which("bash") === null)(
      "puts everything where Arch looks for it",
      async () => {
        const names = ["mortar", "LICENSE", "THIRD_PARTY_NOTICES", "man/mortar.1", "man/mortar-auth.1"];
        const scripts = ["completions/mortar.bash", "completions/_mortar", "completions/mortar.fish"];
        for (const name of [...names, ...scripts]) {
          await Bun.write(join(base, "arch/src", archiveFolder(version, "linux-x64"), name), name);
        }
        await writeFile(join(base, "arch/PKGBUILD"), arch?.pkgbuild ?? "");
        // As makepkg does it: each function with folders of its own.
        const script = `set -e; cd "$1"; source ./PKGBUILD; CARCH=x86_64 srcdir=$PWD/src
        for name in "\${pkgname[@]}"; do pkgdir=$PWD/pkg/$name; (package_$name); done
        cd pkg; find . -type f -o -type l | sort`;
        const { exitCode, stdout } = await run(["bash", "-c", script, "bash", join(base, "arch")]);
        expect(exitCode).toBe(0);
        expect(stdout.trim().split("\n")).toEqual([
          "./mortar-bin/usr/bin/databricks-claude-credential-helper",
          "./mortar-bin/usr/bin/mortar",
          "./mortar-bin/usr/share/bash-completion/completions/mortar",
          "./mortar-bin/usr/share/fish/vendor_completions.d/mortar.fish",
          "./mortar-bin/usr/share/licenses/mortar-bin/LICENSE",
          "./mortar-bin/usr/share/licenses/mortar-bin/THIRD_PARTY_NOTICES",
          "./mortar-bin/usr/share/man/man1/mortar-auth.1",
          "./mortar-bin/usr/share/man/man1/mortar.1",
          "./mortar-bin/usr/share/zsh/site-functions/_mortar",
          "./mortar-databricks-names-bin/usr/bin/databricks-agents",
          "./mortar-databricks-names-bin/usr/bin/databricks-claude",
          "./mortar-databricks-names-bin/usr/bin/databricks-codex",
          "./mortar-databricks-names-bin/usr/bin/databricks-opencode",
        ]);
        const root = join(base, "arch/pkg/mortar-bin/usr/bin");
        expect(await readlink(join(root, "databricks-claude-credential-helper"))).toBe("mortar");
        expect((await stat(join(root, "mortar"))).mode & 0o777).toBe(0o755);
      },
    );
  });
});

test("what the workflows run from others is pinned, and may do no more than it must", async () => {
  const folder = join(import.meta.dir, "..", ".github", "workflows");
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), "utf8");
    const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? "");
    expect(uses.filter((action) => !/@v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
    expect(text).toContain("\npermissions:\n  contents: read\n");
    // What comes from outside reaches a script through the environment, never as its text.
    expect(text.match(/run:.*\$\{\{\s*github\.(?:head_ref|event|ref_name)/g)).toBeNull();
  }
});
