// A release from end to end: made twice, installed into a clean home by the install script's and the formula's own steps
// from a server on the loopback address, updated, rolled back, and taken away. And all the ways in which that must fail.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSigningKey, parseSigningKey } from "../scripts/release/minisign-key.ts";
import { parseSums } from "../src/platform/release/sums.ts";
import { archiveName, helperName, oldNames, type Target } from "../src/platform/release/targets.ts";
import { brewInstall } from "./support/formula.ts";
import { endless, html, startReleaseServer, type ReleaseServer } from "./support/release-server.ts";
import { copyTree, hostTarget, runRelease, setVersion } from "./support/releases.ts";

// Archives of 70 MB are unpacked and programs of 130 MB copied here, on machines that do other things too.
setDefaultTimeout(120_000);

const host = hostTarget();
const newer = "97.0.0";
const key = makeSigningKey();
let base: string;
let version: string;
let server: ReleaseServer;
let home: string;

const out = (name: string): string => join(base, "out", name);
const name = (one = version): string => archiveName(one, host as Target);

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A person's machine: a home, the system's programs, and nothing else. */
async function run(command: readonly string[], extra: Record<string, string> = {}): Promise<Ran> {
  const env = {
    HOME: home,
    PATH: "/usr/local/bin:/usr/bin:/bin",
    NO_PROXY: "127.0.0.1",
    TMPDIR: join(home, "tmp"),
    ...extra,
  };
  const child = Bun.spawn([...command], { cwd: home, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

const installer = (words: readonly string[] = [], env: Record<string, string> = {}): Promise<Ran> =>
  run(["/bin/sh", out("first/install.sh"), ...words], env);
const mortar = (words: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  run([join(home, ".local/bin/mortar"), ...words], env);

/** Everything in the home, as paths; the temporary folder must be empty. */
async function contents(): Promise<string[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))
    .toSorted();
}

async function must(folder: string, words: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await runRelease(folder, words);
  if (exitCode !== 0) throw new Error(stderr);
}

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "mortar-release-"));
  if (host === undefined) return;
  server = startReleaseServer();
  await writeFile(join(base, "key"), key.secret);
  await writeFile(join(base, "key.pub"), key.public);
  // Folders of different depth: nothing of them may be in what is made.
  const [one, two] = [join(base, "one"), join(base, "further", "down", "two")];
  await copyTree(one);
  await copyTree(two, one);
  const words = ["--targets", host, "--key", join(base, "key"), "--base-url", `${server.url}/v{version}`];
  const three = join(base, "three");
  await copyTree(three, one);
  await setVersion(three, newer);
  await Promise.all([
    must(one, [...words, "--out", out("first")]),
    must(two, [...words, "--out", out("second")]),
    must(three, [...words, "--out", out("newer")]),
  ]);
  version = ((await Bun.file(join(one, "package.json")).json()) as { version: string }).version;
  server.serve(`v${version}`, out("first"));
  server.serve(`v${newer}`, out("newer"));
}, 600_000);
afterAll(async () => {
  await server?.stop();
  await rm(base, { recursive: true, force: true });
});

beforeEach(async () => {
  home = await mkdtemp(join(base, "home-"));
  await mkdir(join(home, "tmp"));
});
afterEach(async () => {
  server?.restore();
  await rm(home, { recursive: true, force: true });
});

describe.skipIf(host === undefined)("a release", () => {
  test("is the same, byte for byte, when it is made again elsewhere", async () => {
    const [first, second] = await Promise.all(
      ["first", "second"].map((one) => Bun.file(join(out(one), "SHA256SUMS")).text()),
    );
    expect(second).toBe(first as string);
    for (const file of await readdir(out("first"))) {
      const [left, right] = await Promise.all(["first", "second"].map((one) => Bun.file(join(out(one), file)).bytes()));
      expect([file, Bun.hash(right ?? "")]).toEqual([file, Bun.hash(left ?? "")]);
    }
  });

  test("lists the hash of every file but the list's own, and of nothing else", async () => {
    const sums = parseSums(await Bun.file(join(out("first"), "SHA256SUMS")).text());
    const files = (await readdir(out("first"))).filter((file) => !/^(?:SHA256SUMS.*|latest\.json)$/.test(file));
    expect([...sums.keys()].toSorted()).toEqual(files.toSorted());
    for (const [file, hash] of sums) {
      const bytes = await Bun.file(join(out("first"), file)).bytes();
      expect([file, new Bun.CryptoHasher("sha256").update(bytes).digest("hex")]).toEqual([file, hash]);
    }
  });

  test.skipIf(Bun.which("minisign") === null)("is signed as minisign itself checks it", async () => {
    const words = ["-V", "-Q", "-p", join(base, "key.pub"), "-m", join(out("first"), "SHA256SUMS")];
    expect(await run(["minisign", ...words])).toMatchObject({ exitCode: 0, stdout: `mortar ${version}\n` });
    await writeFile(join(home, "SHA256SUMS"), "changed");
    const signature = join(out("first"), "SHA256SUMS.minisig");
    const changed = ["-V", "-p", join(base, "key.pub"), "-m", join(home, "SHA256SUMS"), "-x", signature];
    expect((await run(["minisign", ...changed])).exitCode).not.toBe(0);
  });

  test("holds no path of the machine that made it", async () => {
    const archive = Bun.gunzipSync(await Bun.file(join(out("first"), name())).bytes());
    expect(Buffer.from(archive).includes(base)).toBe(false);
  });

  test("names the parts that it is made of, each once, with licence and hash", async () => {
    const bom = (await Bun.file(join(out("first"), "mortar.cdx.json")).json()) as {
      specVersion: string;
      serialNumber: string;
      components: { name: string; purl: string; licenses: unknown[]; hashes?: unknown[] }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    const { dependencies: direct } = (await Bun.file("package.json").json()) as {
      dependencies: Record<string, string>;
    };
    const names = bom.components.map((one) => one.name);
    expect(bom.specVersion).toBe("1.6");
    expect(bom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(names).toEqual(expect.arrayContaining(["bun", ...Object.keys(direct)]));
    expect(names.filter((one) => one.startsWith("@duckdb/node-bindings-"))).toEqual([`@duckdb/node-bindings-${host}`]);
    // One package may be there in two versions.
    expect(new Set(bom.components.map(({ purl }) => purl)).size).toBe(names.length);
    expect(bom.components.filter((one) => one.licenses.length === 0)).toEqual([]);
    expect(bom.components.filter((one) => one.name !== "bun" && one.hashes === undefined)).toEqual([]);
    const refs = new Set(bom.dependencies.map(({ ref }) => ref));
    expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
    const notices = await Bun.file(join(out("first"), "THIRD_PARTY_NOTICES")).text();
    for (const one of Object.keys(direct)) expect(notices).toContain(`${one} `);
    expect(notices).toContain("JavaScriptCore");
  });
});

describe.skipIf(host === undefined)("install.sh", () => {
  test("installs into a clean home, and takes everything away again", async () => {
    const done = await installer();
    expect([done.exitCode, done.stderr]).toEqual([0, expect.stringContaining("Installed mortar")]);
    expect(done.stderr).toContain(`export PATH="${home}/.local/bin:$PATH"`);
    expect((await mortar(["--version"])).stdout).toBe(`mortar ${version}\n`);
    expect(await readlink(join(home, ".local/bin", helperName))).toBe("mortar");
    const paths = await contents();
    for (const path of [
      "share/man/man1/mortar.1",
      "share/bash-completion/completions/mortar",
      "share/zsh/site-functions/_mortar",
      "share/fish/vendor_completions.d/mortar.fish",
      "share/mortar/LICENSE",
      "share/mortar/THIRD_PARTY_NOTICES",
    ]) {
      expect(paths).toContain(`.local/${path}`);
    }
    for (const old of oldNames) expect(paths).not.toContain(`.local/bin/${old}`);
    const { data } = JSON.parse((await mortar(["version", "--json"])).stdout) as { data: Record<string, unknown> };
    expect(data).toMatchObject({ version, install: "script", path: join(home, ".local/bin/mortar") });
    expect((await installer(["--uninstall"])).exitCode).toBe(0);
    expect(await contents()).toEqual([]);
  });

  test("gives the old names when asked, keeps them, and leaves another program alone", async () => {
    await mkdir(join(home, ".local/bin"), { recursive: true });
    await writeFile(join(home, ".local/bin/databricks-codex"), "the real one");
    const done = await installer(["--old-names"]);
    expect(done.stderr).toContain("databricks-codex is another program and stays");
    expect((await run([join(home, ".local/bin/databricks-claude"), "--version"])).exitCode).toBe(0);
    expect((await installer()).exitCode).toBe(0);
    expect(await readlink(join(home, ".local/bin/databricks-claude"))).toBe("mortar");
    await installer(["--uninstall"]);
    expect(await contents()).toEqual([".local/bin/databricks-codex"]);
  });

  test("installs elsewhere, into a path with spaces, over an earlier version", async () => {
    const prefix = join(home, "my programs");
    for (const wanted of [newer, version]) {
      expect((await installer(["--prefix", prefix, "--version", `v${wanted}`])).exitCode).toBe(0);
      expect((await run([join(prefix, "bin/mortar"), "--version"])).stdout).toBe(`mortar ${wanted}\n`);
    }
    expect((await installer(["--prefix", prefix, "--uninstall"])).exitCode).toBe(0);
    expect(await contents()).toEqual([]);
  });

  test.each(["minisign", "openssl"])("checks the signature with %s alone", async (checker) => {
    const path = Bun.which(checker);
    const shells = join(home, "only");
    await mkdir(shells);
    const tools =
      "sh uname getconf curl mktemp rm sed awk cut sha256sum tar gzip mkdir cp chmod mv ln readlink dirname od tr dd tail cat head grep sysctl shasum";
    for (const tool of tools.split(" ")) await linkTool(tool, shells);
    if (path !== null) await linkTool(checker, shells);
    const good = await installer(["--require-signature"], { PATH: shells });
    server.lie(
      `/v${version}/SHA256SUMS`,
      async () => new Response(`${await sumsOf("first")}${"0".repeat(64)}  more\n`),
    );
    const bad = await installer(["--require-signature", "--prefix", join(home, "b")], { PATH: shells });
    const isThere =
      path !== null && (checker !== "openssl" || /^OpenSSL [3-9]/.test((await run([path, "version"])).stdout));
    expect([good.exitCode, bad.exitCode]).toEqual(isThere ? [0, 1] : [1, 1]);
    expect(bad.stderr).toContain(isThere ? "signature is wrong" : "cannot be checked");
  });

  const archivePath = (): string => `/v${version}/${name()}`;
  const sumsOf = (one: string): Promise<string> => Bun.file(join(out(one), "SHA256SUMS")).text();
  const lies: readonly (readonly [string, () => void, string])[] = [
    ["a wrong archive", () => server.lie(archivePath(), () => new Response("evil")), "does not have the checksum"],
    ["HTML as archive", () => server.lie(archivePath(), html), "does not have the checksum"],
    ["a truncated archive", () => server.lie(archivePath(), half), "does not have the checksum"],
    ["no archive", () => server.lie(archivePath(), missing), "cannot fetch"],
    ["HTML as checksums", () => server.lie(`/v${version}/SHA256SUMS`, html), "signature is wrong"],
    ["HTML as signature", () => server.lie(`/v${version}/SHA256SUMS.minisig`, html), "signature is wrong"],
    ["checksums of another release", () => lieAbout("SHA256SUMS"), "signature is wrong"],
    [
      "another release under this version",
      () => (lieAbout("SHA256SUMS"), lieAbout("SHA256SUMS.minisig")),
      "another version",
    ],
  ];
  const lieAbout = (file: string): void =>
    server.lie(`/v${version}/${file}`, () => new Response(Bun.file(join(out("newer"), file))));
  const missing = (): Response => new Response("no", { status: 404 });
  const half = async (): Promise<Response> => {
    const bytes = await Bun.file(join(out("first"), name())).bytes();
    return new Response(bytes.subarray(0, bytes.length / 2));
  };

  test.each(lies)("%s: nothing is installed", async (_what, lie, words) => {
    lie();
    const { exitCode, stderr } = await installer();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(await contents()).toEqual([]);
  });

  test("without a checker of signatures, HTML in place of the checksums is still seen", async () => {
    const shells = join(home, "only");
    await mkdir(shells);
    for (const tool of "sh uname getconf curl mktemp rm sed awk head grep".split(" ")) await linkTool(tool, shells);
    server.lie(`/v${version}/SHA256SUMS`, html);
    const { exitCode, stderr } = await installer([], { PATH: shells });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("the signature was not checked");
    expect(stderr).toContain("is no list of checksums");
  });

  test.each([
    [["--prefix"], "--prefix needs a value"],
    [["--nonsense"], "unknown option --nonsense"],
    [["--version", "1.0/../.."], "not a version"],
    [["--base", "http://example.com"], "not an https address"],
    [["--uninstall"], "nothing that this script installed"],
  ])("%j", async (words, sentence) => {
    const { exitCode, stderr } = await installer(words);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(sentence)]);
    expect(await contents()).toEqual([]);
  });

  test.skipIf(Bun.which("shellcheck") === null)("is good POSIX shell", async () => {
    expect(await run(["shellcheck", "-s", "sh", join(out("first"), "install.sh")])).toMatchObject({ exitCode: 0 });
  });

  test("cut off in the middle, it does nothing", async () => {
    const script = await Bun.file(join(out("first"), "install.sh")).text();
    for (const end of [0.3, 0.6, 0.99]) {
      await writeFile(join(home, "cut.sh"), script.slice(0, Math.floor(script.length * end)));
      await run(["sh", "cut.sh"]);
      expect(await contents()).toEqual(["cut.sh"]);
    }
  });

  test("an uninstall removes nothing outside its prefix", async () => {
    await mkdir(join(home, ".local/share/mortar"), { recursive: true });
    await writeFile(join(home, "mine"), "");
    const lines = ["mortar-install 1", "file ../mine", `file ${home}/mine x`, "program ../mine", "link bin/mine"];
    await writeFile(join(home, ".local/share/mortar/receipt"), `${lines.join("\n")}\n`);
    await installer(["--uninstall"]);
    expect(await contents()).toEqual(["mine"]);
  });
});

async function linkTool(tool: string, folder: string): Promise<void> {
  const path = Bun.which(tool, { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" });
  if (path !== null) await writeFile(join(folder, tool), `#!/bin/sh\nexec ${path} "$@"\n`, { mode: 0o755 });
}

describe.skipIf(host === undefined || host.endsWith("musl"))("the Homebrew formula", () => {
  const os = process.platform === "darwin" ? "macos" : "linux";
  const machine = process.arch === "arm64" ? "arm" : "intel";

  test.each([[[]], [["old-names"]]])("installs and passes its own test, with %j", async (options) => {
    const keg = join(home, "keg");
    await brewInstall(await Bun.file(join(out("first"), "mortar.rb")).text(), { keg, options, os, machine });
    const names = (await readdir(join(keg, "bin"))).toSorted();
    expect(names).toEqual(["mortar", helperName, ...(options.length > 0 ? oldNames : [])].toSorted());
    expect((await lstat(join(keg, "bin", helperName))).isSymbolicLink()).toBe(true);
    expect(await readdir(join(keg, "share/man/man1"))).toContain("mortar.1");
    expect(await readFile(join(keg, "etc/bash_completion.d/mortar"), "utf8")).toContain("mortar");
  });

  test("refuses an archive that was changed", async () => {
    server.lie(`/v${version}/${name()}`, () => new Response("evil"));
    const formula = await Bun.file(join(out("first"), "mortar.rb")).text();
    const install = { keg: join(home, "keg"), options: [], os, machine } as const;
    await expect(brewInstall(formula, install)).rejects.toThrow("SHA-256 mismatch");
  });
});

describe.skipIf(host === undefined)("mortar update", () => {
  const feed = (one = newer): Record<string, string> => ({ MORTAR_UPDATE_FEED: `${server.url}/v${one}/latest.json` });
  const json = async (words: readonly string[], env = feed()): Promise<{ exitCode: number; envelope: Envelope }> => {
    const { exitCode, stdout, stderr } = await mortar([...words, "--json"], env);
    if (!stdout.startsWith("{")) throw new Error(stdout + stderr);
    return { exitCode, envelope: JSON.parse(stdout) as Envelope };
  };
  const versionNow = async (): Promise<string> => (await mortar(["--version"])).stdout.trim();

  test("replaces the program, and goes back", async () => {
    await installer();
    const dry = await json(["update", "--dry-run"]);
    expect(dry.envelope.data).toMatchObject({ version, latest: newer, outcome: "available", changed: false });
    expect(await versionNow()).toBe(`mortar ${version}`);
    const asked = await mortar(["update"], feed());
    expect([asked.exitCode, asked.stderr]).toEqual([2, expect.stringContaining("--yes")]);
    const done = await json(["update", "--yes"]);
    expect([done.exitCode, done.envelope.data]).toEqual([0, expect.objectContaining({ outcome: "updated", left: [] })]);
    expect(await versionNow()).toBe(`mortar ${newer}`);
    const link = await realpath(join(home, ".local/bin", helperName));
    expect(link).toBe(await realpath(join(home, ".local/bin/mortar")));
    expect((await json(["update", "--yes"])).envelope.data).toMatchObject({ outcome: "current", version: newer });
    const back = await json(["update", "--rollback", "--yes"]);
    expect(back.envelope.data).toMatchObject({ outcome: "rolled-back", version: newer, latest: version });
    expect(await versionNow()).toBe(`mortar ${version}`);
    expect((await installer(["--uninstall"])).exitCode).toBe(0);
    expect((await contents()).filter((path) => path.includes("bin/"))).toEqual([]);
  });

  const path = (file: string): string => `/v${newer}/${file}`;
  const cases: readonly (readonly [string, () => void, number])[] = [
    ["a wrong archive", () => server.lie(path(name(newer)), () => new Response("evil")), 7],
    ["checksums that were not signed", () => server.lie(path("SHA256SUMS"), () => new Response("")), 7],
    ["HTML as signature", () => server.lie(path("SHA256SUMS.minisig"), html), 7],
    ["HTML as feed", () => server.lie(path("latest.json"), html), 6],
    ["a feed that never ends", () => server.lie(path("latest.json"), endless), 1],
    ["a feed that leads to plain http", () => server.lie(path("latest.json"), astray), 6],
    ["a feed that is gone", () => server.lie(path("latest.json"), () => new Response("", { status: 500 })), 6],
    ["a release of this version that calls itself newer", renamed, 7],
  ];
  const astray = (): Response => new Response(null, { status: 302, headers: { location: "http://example.com/" } });
  function renamed(): void {
    const text = JSON.stringify({ version: newer, base: `${server.url}/v${version}/` });
    server.lie(path("latest.json"), () => new Response(text));
  }

  test("a feed that lies changes nothing", async () => {
    await installer();
    const before = await contents();
    for (const [what, lie, code] of cases) {
      lie();
      const { exitCode, envelope } = await json(["update", "--yes"]);
      expect([what, exitCode, envelope.error?.exit_code]).toEqual([what, code, code]);
      server.restore();
    }
    const older = JSON.stringify({ version: "0.0.1", base: `${server.url}/v${version}/` });
    server.lie(path("latest.json"), () => new Response(older));
    expect((await json(["update", "--yes"])).envelope.data).toMatchObject({ outcome: "current", latest: "0.0.1" });
    expect((await contents()).filter((one) => !one.startsWith(".cache/") && !one.includes("/run/"))).toEqual(before);
    expect(await versionNow()).toBe(`mortar ${version}`);
  });

  test("no key but the built-in one counts, whatever the environment says", async () => {
    await installer();
    const env = { ...feed(), MORTAR_RELEASE_KEYS: "", MORTAR_UPDATE_KEY: "", MORTAR_INSECURE: "1" };
    server.lie(path("SHA256SUMS.minisig"), html);
    expect((await json(["update", "--yes"], env)).exitCode).toBe(7);
  });

  test("under an older name, the switch is a switch", async () => {
    await installer();
    const env = { ...feed(), DATABRICKS_NO_UPDATE_CHECK: "1" };
    server.asked.length = 0;
    const off = await json(["update", "--if-enabled", "--yes"], env);
    expect([off.exitCode, off.envelope.data["outcome"]]).toEqual([0, "switched-off"]);
    expect(server.asked).toEqual([]);
    expect((await json(["update", "--dry-run"], env)).envelope.data["outcome"]).toBe("available");
  });
});

interface Envelope {
  readonly ok: boolean;
  readonly data: Record<string, unknown>;
  readonly error?: { readonly exit_code: number };
}

describe.skipIf(host === undefined)("the notice", () => {
  const feedPath = `/v${newer}/latest.json`;
  const onTerminal = async (words: readonly string[], extra: Record<string, string> = {}): Promise<string> => {
    let text = "";
    const decoder = new TextDecoder();
    const whole = Promise.withResolvers<undefined>();
    const terminal = new Bun.Terminal({
      cols: 100,
      rows: 30,
      data: (_terminal, data) => {
        text += decoder.decode(data, { stream: true });
        if (text.includes(endMark)) whole.resolve(undefined);
      },
    });
    const env = {
      HOME: home,
      PATH: "/usr/bin:/bin",
      TERM: "xterm",
      MORTAR_UPDATE_FEED: `${server.url}${feedPath}`,
      ...extra,
    };
    // What a program wrote may come after its end: the shell's mark stands behind all of it.
    const command = [
      "/bin/sh",
      "-c",
      `"$@"; printf '%s' '${endMark}'`,
      "sh",
      join(home, ".local/bin/mortar"),
      ...words,
    ];
    const child = Bun.spawn(command, { terminal, env, cwd: home });
    await whole.promise;
    await child.exited;
    terminal.close();
    return text;
  };
  const endMark = "<<ended>>";
  const stateFile = (): string => join(home, ".cache/mortar/update.json");
  const known = async (): Promise<void> => {
    while (!(await readFile(stateFile(), "utf8").catch(() => "")).includes(newer)) await Bun.sleep(10);
  };

  test("is shown once, from what an earlier command's look found", async () => {
    await installer();
    server.asked.length = 0;
    expect(await onTerminal(["version"], { XDG_CACHE_HOME: join(home, ".cache") })).not.toContain("is out");
    await known();
    expect(server.asked).toEqual([feedPath]);
    const env = { XDG_CACHE_HOME: join(home, ".cache") };
    expect(await onTerminal(["version"], env)).toContain(`mortar ${newer} is out; this is ${version}`);
    expect(await onTerminal(["version"], env)).not.toContain("is out");
    expect(server.asked).toEqual([feedPath]);
  });

  test("stays away where nobody wants or sees it", async () => {
    await installer();
    server.asked.length = 0;
    for (const env of [{ CI: "true" }, { MORTAR_NO_UPDATE_CHECK: "1" }, { DATABRICKS_NO_UPDATE_CHECK: "1" }]) {
      await onTerminal(["version"], env);
    }
    await onTerminal(["version", "--no-update-check"]);
    await onTerminal(["version", "--quiet"]);
    await onTerminal(["version", "--json"]);
    await mortar(["version"], { MORTAR_UPDATE_FEED: `${server.url}${feedPath}` });
    // A look begins by noting when it began.
    expect(await contents()).not.toContain(".cache/mortar/update.json");
    expect(server.asked).toEqual([]);
  });
});

describe("scripts/release refuses", () => {
  const root = join(import.meta.dir, "..");
  test.each([
    [["--unsigned", "--targets", "linux-x64,amiga"], "no such target: amiga"],
    [["--unsigned", "--targets", ""], "no such target"],
    [["--nonsense"], "--nonsense"],
    [[], "no signing key"],
    [["--unsigned", "--working-tree"], "whose release is it?"],
    [["--unsigned", "--repository", "https://example.com/a"], "is not owner/name"],
    [["--unsigned", "--repository", "a/b", "--tag", "v96.0.0", "--working-tree"], "the tag v96.0.0 is not that of"],
  ])("%j", async (words, sentence) => {
    const { exitCode, stderr } = await runRelease(root, [...words, "--out", join(base, "refused")]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(sentence)]);
  });

  const secret = Buffer.from(key.secret.trim().split("\n").at(-1) ?? "", "base64");
  const changed = (at: number): string => {
    const bytes = Buffer.from(secret);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return `untrusted comment: x\n${bytes.toString("base64")}\n`;
  };
  test.each([
    ["with a password", changed(2), "has a password"],
    ["that is damaged", changed(70), "is damaged"],
    ["of another form", "-----BEGIN PRIVATE KEY-----\n", "no minisign secret key"],
    ["that is the public one", key.public, "no minisign secret key"],
  ])("a key %s", async (_what, text, sentence) => {
    const { exitCode, stderr } = await runRelease(root, ["--repository", "a/b"], { MORTAR_SIGNING_KEY: text });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(sentence)]);
    expect(stderr).not.toContain(text.trim().split("\n").at(-1) ?? "");
  });

  test("to overwrite a key; a new one is for its owner alone, and the repository gets its public half", async () => {
    const folder = join(base, "keys");
    await copyTree(folder);
    const file = join(folder, "..", "new.key");
    expect((await runRelease(folder, ["--new-key", file])).exitCode).toBe(0);
    if (process.platform !== "win32") expect((await lstat(file)).mode & 0o777).toBe(0o600);
    const pub = await readFile(join(folder, "scripts/release/mortar.pub"), "utf8");
    expect(pub).toContain(parseSigningKey(await readFile(file, "utf8")).publicKey);
    const again = await runRelease(folder, ["--new-key", file]);
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining("is there already")]);
  });

  test("a key that the repository does not know", async () => {
    const folder = join(base, "known");
    await copyTree(folder);
    await writeFile(join(folder, "scripts/release/mortar.pub"), makeSigningKey().public);
    const words = ["--repository", "a/b", "--key", join(folder, "key")];
    await writeFile(join(folder, "key"), key.secret);
    const { exitCode, stderr } = await runRelease(folder, words);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("is none of scripts/release/mortar.pub")]);
  });
});

const everything = process.env["MORTAR_TEST_ALL"] === "1" && host !== undefined;

describe.skipIf(!everything)("every target", () => {
  test("is made from the commit", async () => {
    const words = ["--unsigned", "--repository", "acme/mortar", "--out", out("all")];
    const { exitCode, stderr } = await runRelease(join(import.meta.dir, ".."), words);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("release")]);
    expect((await readdir(out("all"))).filter((file) => /\.(?:tar\.gz|zip)$/.test(file))).toHaveLength(7);
    const scoop = (await Bun.file(join(out("all"), "mortar.json")).json()) as { architecture: Record<string, unknown> };
    expect(Object.keys(scoop.architecture)).toEqual(["64bit", "arm64"]);
  }, 1_800_000);
});
