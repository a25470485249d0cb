// The scripts for fleets: the certificate by the real openssl, the package with Apple's tools written down, the rest run.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trustProfile } from "../src/desktop/trust-profile.ts";
import { certificateEnd } from "../src/platform/certificate-end.ts";

const root = join(import.meta.dir, "..");
const fleet = join(root, "scripts", "release", "fleet");
const hasShell = process.platform !== "win32";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-fleet-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Shell {
  readonly env?: Record<string, string>;
  readonly path?: string;
}

async function run(words: readonly string[], { env = {}, path = process.env["PATH"] ?? "" }: Shell = {}) {
  const child = Bun.spawn([...words], {
    cwd: folder,
    env: { PATH: path, HOME: folder, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

const names = ["CERT_PEM", "IDENTITY", "P12_BASE64", "P12_PASSWORD"].map((name) => `APPLE_INTERNAL_SIGNING_${name}`);

describe.skipIf(!hasShell)("the signing certificate", () => {
  const made = (out: string, env: Record<string, string> = {}) =>
    run([join(fleet, "signing-certificate"), out], { env });

  test("is written as one file a secret, for this user alone, and nothing of it is printed", async () => {
    const out = join(folder, "signing");
    const ran = await made(out, { CERT_CN: "Example Signing ü", CERT_ORG: "Example Inc.", CERT_COUNTRY: "DE" });
    expect([ran.exitCode, ran.stdout]).toEqual([0, ""]);
    expect(ran.stderr).not.toContain("placeholder");
    expect((await readdir(out)).toSorted()).toEqual(names);
    const [pem = "", identity, p12 = "", password = ""] = await Promise.all(
      names.map((name) => readFile(join(out, name), "utf8")),
    );
    for (const name of names) expect((await stat(join(out, name))).mode & 0o077).toBe(0);
    for (const secret of [p12.slice(0, 40), password]) expect(ran.stderr).not.toContain(secret);
    expect(identity).toBe("Example Signing ü");
    const end = certificateEnd(pem, Date.parse("2026-01-01"));
    expect(Math.round((end.endsAtMs - end.startsAtMs) / 86_400_000)).toBe(1825);
    const shown = Bun.spawnSync(["openssl", "x509", "-noout", "-text"], { stdin: new TextEncoder().encode(pem) });
    expect(shown.stdout.toString()).toMatch(/Code Signing/);
    expect(trustProfile(pem)).toContain("com.apple.security.root");
    await writeFile(join(folder, "signing.p12"), Buffer.from(p12, "base64"));
    const legacy = Bun.spawnSync(["openssl", "pkcs12", "-help"]).stderr.toString().includes("-legacy")
      ? ["-legacy"]
      : [];
    const pkcs = ["pkcs12", ...legacy, "-in", "signing.p12", "-nodes", "-passin", `file:${join(out, names[3] ?? "")}`];
    const opened = await run(["openssl", ...pkcs]);
    expect(opened.stdout).toContain("PRIVATE KEY");
    const again = await made(out);
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining("not empty")]);
    expect(await readFile(join(out, names[0] ?? ""), "utf8")).toBe(pem);
  });

  test("says that a placeholder is one, and refuses what a subject cannot hold", async () => {
    const ran = await made(join(folder, "placeholder"));
    expect([ran.exitCode, ran.stderr]).toEqual([0, expect.stringContaining("placeholder")]);
    expect(await readFile(join(folder, "placeholder", names[1] ?? ""), "utf8")).toContain("REPLACE FOR PROD");
    for (const env of [{ CERT_CN: "a/CN=b" }, { CERT_COUNTRY: "Germany" }]) {
      const refused = await made(join(folder, "refused"), env);
      expect(refused.exitCode).toBe(1);
    }
    expect(await Bun.file(join(folder, "refused")).exists()).toBe(false);
  });
});

test.skipIf(Bun.which("shellcheck") === null)("the scripts are good POSIX shell", async () => {
  for (const name of ["signing-certificate", "package-macos", "postinstall", "user-init.sh"]) {
    const ran = await run(["shellcheck", "-s", "sh", join(fleet, name)]);
    expect([name, ran.stdout, ran.exitCode]).toEqual([name, "", 0]);
  }
});

describe("the release's look at the certificate", () => {
  const look = (pem: string) =>
    run([process.execPath, join(root, "scripts", "release", "certificate.ts")], {
      env: { APPLE_INTERNAL_SIGNING_CERT_PEM: pem },
    });
  const certificate = async (days: string): Promise<string> => {
    const words = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      "k.pem",
      "-out",
      "c.pem",
      "-subj",
      "/CN=Soon",
    ];
    const ran = await run(["openssl", ...words, "-days", days]);
    if (ran.exitCode !== 0) throw new Error(ran.stderr);
    return readFile(join(folder, "c.pem"), "utf8");
  };

  test("warns in time, in the words of the workflow", async () => {
    const soon = await look(await certificate("59"));
    expect([soon.exitCode, soon.stdout]).toEqual([
      0,
      expect.stringMatching(/^::warning title=[^:]+::.*Soon ends on .* in 58 days/),
    ]);
    const later = await look(await certificate("70"));
    expect([later.exitCode, later.stdout]).toEqual([0, ""]);
    const none = await look("");
    expect([none.exitCode, none.stdout]).toEqual([0, ""]);
  });
});

describe.skipIf(!hasShell)("the macOS package", () => {
  const tools = ["lipo", "codesign", "pkgbuild", "productbuild", "security"];
  let bin: string;
  let record: string;
  beforeAll(async () => {
    bin = join(folder, "apple");
    record = join(folder, "record");
    await mkdir(bin);
    for (const tool of tools) {
      const lines = [
        "#!/bin/sh",
        `printf '%s' ${tool} >> '${record}'`,
        `for word; do printf ' [%s]' "$word" >> '${record}'; done; echo >> '${record}'`,
        ...(tool === "security"
          ? [`case "$1 $4" in 'list-keychains ') printf '    "/k/login one.keychain-db"\\n' ;; esac`]
          : []),
        // What the next tool reads: the program of lipo, the root of pkgbuild.
        ...(tool === "lipo" ? [`cat "$2" "$3" > "$5"`] : []),
        ...(tool === "pkgbuild" ? [`(cd "$2" && find . | sort) >> '${record}'; ls "$4" >> '${record}'`] : []),
        ...(tool === "productbuild" ? [`echo package > "$7"`] : []),
        ...(tool === "codesign" ? ['test "${FAIL_CODESIGN:-}" = "" || exit 1'] : []),
      ];
      await writeFile(join(bin, tool), `${lines.join("\n")}\n`);
      await chmod(join(bin, tool), 0o755);
    }
    await writeFile(join(folder, "arm"), "arm");
    await writeFile(join(folder, "intel"), "intel");
  });

  const make = async (env: Record<string, string> = {}, path = `${bin}:${process.env["PATH"]}`) => {
    await rm(record, { force: true });
    const ran = await run([join(fleet, "package-macos"), "1.2.3", "arm", "intel", "out/mortar.pkg"], { env, path });
    return { ...ran, calls: (await readFile(record, "utf8").catch(() => "")).split("\n") };
  };

  test("joins the two programs, signs the result, and packs it with the helper's name", async () => {
    const env = {
      APPLE_INTERNAL_SIGNING_P12_BASE64: Buffer.from("a certificate").toString("base64"),
      APPLE_INTERNAL_SIGNING_P12_PASSWORD: "the-password-of-the-p12",
      APPLE_INTERNAL_SIGNING_IDENTITY: "Example Signing",
    };
    const { exitCode, calls, stdout, stderr } = await make(env);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("is made")]);
    expect(stdout + stderr).not.toContain("the-password-of-the-p12");
    const order = calls.map((line) => line.split(" ")[0]).filter((one) => tools.includes(one ?? ""));
    expect(order.filter((one) => one !== "security")).toEqual([
      "lipo",
      "codesign",
      "codesign",
      "pkgbuild",
      "productbuild",
    ]);
    const signed = calls.find((line) => line.startsWith("codesign [--force]")) ?? "";
    expect(signed).toContain("[--options] [runtime]");
    expect(signed).toContain("[--sign] [Example Signing]");
    expect(calls).toContain("./usr/local/bin/mortar");
    expect(calls).toContain("postinstall");
    // The person's own keychains are searched again, and the one of the certificate is gone.
    const own = calls.filter((line) => line.startsWith("security [list-keychains] [-d] [user] [-s]"));
    expect(own.at(-1)).toBe("security [list-keychains] [-d] [user] [-s] [/k/login one.keychain-db]");
    expect(calls.findLast((line) => line.startsWith("security"))).toMatch(/^security \[delete-keychain\]/);
  });

  test("without a certificate it says so; a signature that fails makes no package, and leaves no keychain", async () => {
    const ad = await make();
    expect([ad.exitCode, ad.stderr]).toEqual([0, expect.stringContaining("ad hoc")]);
    expect(ad.calls.join("\n")).toContain("[--sign] [-]");
    expect(ad.calls.join("\n")).not.toContain("security");
    await rm(join(folder, "out"), { recursive: true, force: true });
    const failed = await make({
      FAIL_CODESIGN: "1",
      APPLE_INTERNAL_SIGNING_P12_BASE64: "YQ==",
      APPLE_INTERNAL_SIGNING_P12_PASSWORD: "b",
      APPLE_INTERNAL_SIGNING_IDENTITY: "c",
    });
    expect(failed.exitCode).toBe(1);
    expect(failed.calls.findLast((line) => line.startsWith("security"))).toMatch(/delete-keychain/);
    expect(await Bun.file(join(folder, "out", "mortar.pkg")).exists()).toBe(false);
  });

  test("on another system it names the tool that is missing", async () => {
    const only = join(folder, "only");
    await mkdir(only);
    const ran = await run(["/bin/sh", join(fleet, "package-macos"), "1", "arm", "intel"], {
      path: `${only}:/usr/bin:/bin`,
    });
    if (process.platform !== "darwin") expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining("lipo")]);
  });

  test("afterwards the names lead to the program, and one that is somebody else's stays", async () => {
    const volume = join(folder, "volume");
    const place = join(volume, "usr", "local", "bin");
    await mkdir(place, { recursive: true });
    const after = (): Promise<{ exitCode: number }> =>
      run([join(fleet, "postinstall"), "x.pkg", "/", `${volume}/`, "/"]);
    expect((await after()).exitCode).toBe(0);
    expect((await after()).exitCode).toBe(0);
    expect(await readlink(join(place, "databricks-claude-credential-helper"))).toBe("mortar");
    expect(await readlink(join(place, "databricks-claude"))).toBe("mortar");
    await rm(join(place, "databricks-claude"));
    await writeFile(join(place, "databricks-claude"), "theirs");
    expect((await after()).exitCode).toBe(0);
    expect(await readFile(join(place, "databricks-claude"), "utf8")).toBe("theirs");
  });
});

test.skipIf(!hasShell)("a user's first sign-in is for the user, with their workspace", async () => {
  const bin = join(folder, "user");
  await mkdir(bin);
  await writeFile(join(bin, "mortar"), `#!/bin/sh\nprintf '%s\\n' "$*"\n`);
  await writeFile(join(bin, "id"), '#!/bin/sh\necho "${FAKE_ID:-501}"\n');
  for (const name of ["mortar", "id"]) await chmod(join(bin, name), 0o755);
  const init = (words: readonly string[], env: Record<string, string> = {}) =>
    run([join(fleet, "user-init.sh"), ...words], { env, path: `${bin}:/usr/bin:/bin` });
  const ran = await init(["https://one.example", "PROD"]);
  expect([ran.exitCode, ran.stdout]).toEqual([0, "auth login --host https://one.example --profile PROD\n"]);
  expect((await init(["https://one.example"])).exitCode).not.toBe(0);
  expect((await init(["https://one.example", "PROD"], { FAKE_ID: "0" })).stderr).toContain("not for root");
});
