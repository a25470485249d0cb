// The update room against releases as scripts/release makes them, honest and lying. Their program is a small script, so
// that a hundred of them cost nothing; test/release.test.ts does the same once with the real one.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tarGz } from "../scripts/release/archive.ts";
import { makeSigningKey, parseSigningKey, signMinisign, type SigningKey } from "../scripts/release/minisign-key.ts";
import type { Deps } from "../src/platform/deps.ts";
import { MortarError } from "../src/platform/errors.ts";
import type { Install } from "../src/platform/release/install-method.ts";
import { parsePublicKey } from "../src/platform/release/minisign.ts";
import { parseReceipt } from "../src/platform/release/receipt.ts";
import { formatSums, sha256 } from "../src/platform/release/sums.ts";
import {
  askFeed,
  fetchVerified,
  installVerified,
  requirePrevious,
  rollBack,
  type Verified,
} from "../src/platform/release/update.ts";
import { systemDeps } from "../src/platform/system.ts";
import { endless, html, startReleaseServer, type ReleaseServer } from "./support/release-server.ts";

const target = "linux-x64";
const isWindows = process.platform === "win32";
const key = parseSigningKey(makeSigningKey().secret);
const stranger = parseSigningKey(makeSigningKey().secret);
const keys = [parsePublicKey(key.publicKey)];
const { signal } = new AbortController();
const limits = { sizeBytes: 200_000, idleMs: 20_000, totalMs: 20_000 };

let server: ReleaseServer;
let base: string;
let deps: Deps;
let install: Install;

beforeAll(() => {
  server = startReleaseServer();
});
afterAll(() => server.stop());

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "mortar-update-"));
  const system = systemDeps({ level: "quiet", noColour: true });
  deps = { ...system, paths: { ...system.paths, run: join(base, "run"), data: join(base, "data") } };
  const path = join(base, "prefix", "bin", "mortar");
  await mkdir(join(base, "prefix", "bin"), { recursive: true });
  await writeFile(path, program("1.0.0"), { mode: 0o755 });
  install = { method: "archive", path };
  server.serve("1.1.0", await makeRelease("1.1.0"));
});
afterEach(async () => {
  server.restore();
  await rm(base, { recursive: true, force: true });
});

const program = (version: string): string => `#!/bin/sh\necho "mortar ${version}"\n`;

interface Differences {
  /** Version inside the archive's program. */
  readonly says?: string;
  /** Comment that is signed. */
  readonly comment?: string;
  readonly signer?: SigningKey;
  readonly files?: Readonly<Record<string, string>>;
}

async function makeRelease(version: string, differences: Differences = {}): Promise<string> {
  const { says = version, comment = `mortar ${version}`, signer = key } = differences;
  const folder = join(base, `release-${version}`);
  const name = `mortar-${version}-${target}`;
  const files = { mortar: program(says), "man/mortar.1": `page of ${version}`, ...differences.files };
  const bytes = tarGz(
    Object.entries(files).map(([path, text]) => ({
      path: `${name}/${path}`,
      content: new TextEncoder().encode(text),
      executable: path === "mortar",
    })),
    1_700_000_000,
  );
  const sums = formatSums(new Map([[`${name}.tar.gz`, sha256(bytes)]]));
  await Bun.write(join(folder, `${name}.tar.gz`), bytes);
  await Bun.write(join(folder, "SHA256SUMS"), sums);
  await Bun.write(join(folder, "SHA256SUMS.minisig"), signMinisign(signer, new TextEncoder().encode(sums), comment));
  await Bun.write(join(folder, "latest.json"), JSON.stringify({ version }));
  return folder;
}

async function fetchFrom(version: string): Promise<Verified> {
  const release = await askFeed(deps, new URL(`${server.url}/${version}/latest.json`), signal);
  return fetchVerified(deps, { release, target, keys, signal, limits });
}

async function failure(work: Promise<unknown>): Promise<MortarError> {
  const thrown: unknown = await work.then(
    () => new Error("nothing was thrown"),
    (reason: unknown) => reason,
  );
  if (thrown instanceof MortarError) return thrown;
  throw thrown;
}

test("an honest release is fetched, and its files with it", async () => {
  const verified = await fetchFrom("1.1.0");
  expect(verified.version).toBe("1.1.0");
  expect(new TextDecoder().decode(verified.program)).toBe(program("1.1.0"));
  expect([...verified.files.keys()].toSorted()).toEqual(["man/mortar.1", "mortar"]);
});

test("one of several keys is enough", async () => {
  const release = await askFeed(deps, new URL(`${server.url}/1.1.0/latest.json`), signal);
  const both = [parsePublicKey(stranger.publicKey), ...keys];
  expect((await fetchVerified(deps, { release, target, keys: both, signal })).version).toBe("1.1.0");
});

describe("a feed that lies", () => {
  const archive = `/1.1.0/mortar-1.1.0-${target}.tar.gz`;
  const cases: readonly [string, () => Promise<void> | void, string, string][] = [
    ["another archive", () => server.lie(archive, () => new Response("evil")), "check_failed", "checksum"],
    ["HTML as archive", () => server.lie(archive, html), "check_failed", "checksum"],
    ["an endless archive", () => server.lie(archive, endless), "too_large", "sends more than"],
    ["an archive cut off", () => server.lie(archive, cut), "check_failed", "checksum"],
    ["HTML as list", () => server.lie("/1.1.0/SHA256SUMS", html), "check_failed", "does not fit the file"],
    ["HTML as signature", () => server.lie("/1.1.0/SHA256SUMS.minisig", html), "check_failed", "not a signature"],
    ["HTML as feed", () => server.lie("/1.1.0/latest.json", html), "bad_response", "not JSON"],
    ["an endless feed", () => server.lie("/1.1.0/latest.json", endless), "too_large", "sends more than"],
    ["an endless list", () => server.lie("/1.1.0/SHA256SUMS", endless), "too_large", "sends more than"],
    ["no signature", () => server.lie("/1.1.0/SHA256SUMS.minisig", gone), "not_found", "SHA256SUMS.minisig"],
    ["a way to plain http", () => server.lie(archive, astray), "bad_response", "not https"],
    ["a strange key", () => remake({ signer: stranger }), "check_failed", "does not know"],
    ["an old release as new", replay, "check_failed", "offers 1.1.0, and the signature is for mortar 0.9.0"],
  ];
  const gone = (): Response => new Response("no", { status: 404 });
  const astray = (): Response => new Response(null, { status: 302, headers: { location: "http://example.com/x" } });
  const cut = async (): Promise<Response> => {
    const whole = await Bun.file(join(base, "release-1.1.0", `mortar-1.1.0-${target}.tar.gz`)).bytes();
    return new Response(whole.subarray(0, whole.length / 2));
  };
  const remake = async (differences: Differences): Promise<void> => {
    await makeRelease("1.1.0", differences);
  };
  async function replay(): Promise<void> {
    const folder = await makeRelease("0.9.0");
    await rm(join(base, "release-1.1.0"), { recursive: true });
    await Bun.write(join(folder, "latest.json"), '{"version":"1.1.0"}');
    server.serve("1.1.0", folder);
  }

  test.each(cases)("%s", async (_what, lie, code, words) => {
    await lie();
    const error = await failure(fetchFrom("1.1.0"));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(words)]);
    expect(await readFile(install.path, "utf8")).toBe(program("1.0.0"));
    expect(await readdir(join(base, "prefix", "bin"))).toEqual(["mortar"]);
  });

  test("a release without this machine's archive", async () => {
    const release = await askFeed(deps, new URL(`${server.url}/1.1.0/latest.json`), signal);
    const error = await failure(fetchVerified(deps, { release, target: "darwin-arm64", keys, signal }));
    expect([error.code, error.message]).toEqual(["not_found", "Release 1.1.0 has no archive for darwin-arm64"]);
  });

  test("nothing is asked for before the list is known to be signed", async () => {
    server.lie("/1.1.0/SHA256SUMS.minisig", html);
    server.asked.length = 0;
    await failure(fetchFrom("1.1.0"));
    expect(server.asked).toEqual(["/1.1.0/latest.json", "/1.1.0/SHA256SUMS", "/1.1.0/SHA256SUMS.minisig"]);
  });
});

describe.skipIf(isWindows)("putting it in place", () => {
  test("the new program runs, the old one is kept, and the way back leads to it and back again", async () => {
    const { previous, left } = await installVerified(deps, install, await fetchFrom("1.1.0"), signal);
    expect(left).toEqual([]);
    expect(await readFile(install.path, "utf8")).toBe(program("1.1.0"));
    expect(await readFile(previous, "utf8")).toBe(program("1.0.0"));
    expect(await requirePrevious(deps, install, signal)).toEqual({ path: previous, version: "1.0.0" });
    expect((await rollBack(deps, install, signal)).version).toBe("1.0.0");
    expect(await readFile(install.path, "utf8")).toBe(program("1.0.0"));
    expect((await rollBack(deps, install, signal)).version).toBe("1.1.0");
    expect(await readdir(join(base, "prefix", "bin"))).toHaveLength(2);
  });

  test("a program that says another version replaces nothing", async () => {
    server.serve("1.1.0", await makeRelease("1.1.0", { says: "0.0.1" }));
    const error = await failure(installVerified(deps, install, await fetchFrom("1.1.0"), signal));
    expect(error.code).toBe("check_failed");
    expect(await readFile(install.path, "utf8")).toBe(program("1.0.0"));
    expect(await readdir(join(base, "prefix", "bin"))).toEqual(["mortar"]);
  });

  test("a program that does not run here replaces nothing", async () => {
    server.serve("1.1.0", await makeRelease("1.1.0", { files: { mortar: "\u007fELF not for this machine" } }));
    expect((await failure(installVerified(deps, install, await fetchFrom("1.1.0"), signal))).code).toBe("check_failed");
    expect(await readdir(join(base, "prefix", "bin"))).toEqual(["mortar"]);
  });

  test("what the install script put beside it is renewed, and what cannot be is named", async () => {
    const note = "mortar-install 1\nfile share/man/man1/mortar.1 man/mortar.1\nfile bin/mortar/x man/mortar.1\n";
    const receipt = parseReceipt(note, install.path);
    if (receipt === undefined) throw new Error("no receipt");
    const own: Install = { ...install, method: "script", receipt };
    const { left } = await installVerified(deps, own, await fetchFrom("1.1.0"), signal);
    expect(await readFile(join(base, "prefix", "share/man/man1/mortar.1"), "utf8")).toBe("page of 1.1.0");
    expect(left).toEqual([join(base, "prefix", "bin/mortar/x")]);
  });

  test("nothing to go back to", async () => {
    const error = await failure(rollBack(deps, install, signal));
    expect([error.code, error.hint]).toEqual(["not_found", expect.stringContaining("keeps the program")]);
  });

  test("one update at a time", async () => {
    const verified = await fetchFrom("1.1.0");
    const outcomes = await Promise.allSettled([
      installVerified(deps, install, verified, signal),
      installVerified(deps, install, verified, signal),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await readFile(install.path, "utf8")).toBe(program("1.1.0"));
  });
});
