// What administrators' tools write, read back: lists made by libplist and Python, and what reg.exe prints.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deps } from "../deps.ts";
import { readAppPolicy, managedText, readFleetSettings, readManagedBytes } from "./managed.ts";
import { isBinaryPlist, readBinaryPlist } from "./plist-binary.ts";
import { readXmlPlist } from "./plist-text.ts";
import { readRegistryQuery } from "./registry-query.ts";
import { writePlist } from "./xml-plist.ts";

/** Text that every format has to escape. */
const oddProfile = `a "b" <c> & 'd' \\e ü€😀`;

const samples = {
  databricksProfile: oddProfile,
  plain: "PROD",
  empty: "",
  daemonPort: 49_153,
  negative: -3,
  large: 4_294_967_296,
  half: 0.5,
  on: true,
  off: false,
  list: ["a", 1, [], {}],
  deep: { a: { b: { c: "d" } } },
  long: "x".repeat(300),
  ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`key${index}`, index])),
};

function pythonPlist(value: unknown, format: "BINARY" | "XML"): Uint8Array {
  const script = `import json,plistlib,sys; sys.stdout.buffer.write(plistlib.dumps(json.load(sys.stdin), fmt=plistlib.FMT_${format}))`;
  const ran = Bun.spawnSync(["python3", "-c", script], { stdin: new TextEncoder().encode(JSON.stringify(value)) });
  if (ran.exitCode !== 0) throw new Error(ran.stderr.toString());
  return ran.stdout;
}

describe.skipIf(Bun.which("python3") === null)("lists that Python wrote", () => {
  test.each(["BINARY", "XML"] as const)("%s", (format) => {
    const bytes = pythonPlist(samples, format);
    expect(isBinaryPlist(bytes)).toBe(format === "BINARY");
    expect(readManagedBytes(bytes)).toEqual(samples);
  });

  test("a binary list that is cut off, or has other bytes in it, is read or refused, and never hangs", () => {
    const bytes = pythonPlist(samples, "BINARY");
    for (let length = 0; length < bytes.length; length += 7)
      expect(readBinaryPlist(bytes.subarray(0, length))).toBeUndefined();
    for (let at = 8; at < bytes.length; at += 3) {
      const broken = Uint8Array.from(bytes);
      broken[at] = (broken[at] ?? 0) ^ 0xff;
      expect(() => readBinaryPlist(broken)).not.toThrow();
    }
  });
});

describe("binary lists", () => {
  /** Objects one after the other, with offsets and references of one byte. */
  const list = (objects: readonly (readonly number[])[], top = 0): Uint8Array => {
    const body = [...Buffer.from("bplist00")];
    const offsets = objects.map((object) => body.push(...object) - object.length);
    const trailer = Buffer.alloc(32);
    trailer.writeUInt8(1, 6);
    trailer.writeUInt8(1, 7);
    trailer.writeBigUInt64BE(BigInt(objects.length), 8);
    trailer.writeBigUInt64BE(BigInt(top), 16);
    trailer.writeBigUInt64BE(BigInt(body.length), 24);
    return Uint8Array.from([...body, ...offsets, ...trailer]);
  };

  test("the shape that macOS writes", () => {
    expect(
      readBinaryPlist(
        list([
          [0xd1, 1, 2],
          [0x51, 0x61],
          [0x10, 5],
        ]),
      ),
    ).toEqual({ a: 5 });
  });

  test.each([
    ["holds itself", [[0xa1, 0]]],
    ["refers to nothing", [[0xa1, 9]]],
    ["grows without end", Array.from({ length: 40 }, (_, i) => [0xa2, i + 1, i + 1]).concat([[0x09]])],
    ["has a key that is no text", [[0xd1, 1, 1], [0x09]]],
    ["says it is longer than it is", [[0x5f, 0x12, 0x7f, 0xff, 0xff, 0xff]]],
    ["has an unknown type", [[0x70]]],
  ] as const)("one that %s is refused", (_name, objects) => {
    expect(readBinaryPlist(list(objects))).toBeUndefined();
  });
});

describe("lists as XML", () => {
  test("as people write them: comments, CDATA, numbers of characters, data over several lines", () => {
    const text = `\uFEFF<?xml version="1.0"?><!-- a --><plist version='1.0'><dict><!-- b -->
      <key>a&#x26;</key><string><![CDATA[<b>]]>&lt;&#99;<!-- d --></string>
      <key>e</key><data>aGVs
        bG8=</data><key>f</key><true></true><key>g</key><string/><key>h</key><integer>+7</integer></dict></plist>\n`;
    expect(readXmlPlist(text)).toEqual({
      "a&": "<b><c",
      e: Uint8Array.from(Buffer.from("hello")),
      f: true,
      g: "",
      h: 7,
    });
  });

  test.each([
    "",
    "<plist/>",
    "<plist><dict></plist>",
    "<plist><dict><string>a</string></dict></plist>",
    "<plist><dict><key>a</key></dict></plist>",
    "<plist><string>&unknown;</string></plist>",
    "<plist><integer>x</integer></plist>",
    "<plist><string><b/></string></plist>",
    "<plist><string>a</string></plist> trailing",
    '<!DOCTYPE plist [<!ENTITY a "b">]><plist><string>&a;</string></plist>',
    `<plist>${"<array>".repeat(5_000)}${"</array>".repeat(5_000)}</plist>`,
  ])("%p is none", (text) => {
    expect(readXmlPlist(text)).toBeUndefined();
  });

  test("what was written is what is read", () => {
    const { half: _half, ...whole } = samples;
    expect(readXmlPlist(writePlist(whole))).toEqual(whole);
  });
});

test("what reg.exe prints, in any language", () => {
  const text = [
    "",
    String.raw`HKEY_CURRENT_USER\SOFTWARE\IceRhymers\databricks-claude`,
    "    (Standard)    REG_SZ    ",
    "    databricksProfile    REG_SZ    my profile    with gaps",
    String.raw`    databricksCliPath    REG_SZ    C:\Program Files\databricks.exe`,
    "    daemonPort    REG_DWORD    0xc001",
    String.raw`    many    REG_MULTI_SZ    a\0b`,
    "    none    REG_SZ",
    "",
    String.raw`HKEY_CURRENT_USER\SOFTWARE\IceRhymers\databricks-claude\Below`,
    "    databricksProfile    REG_SZ    other",
    "",
  ].join("\r\n");
  expect(readRegistryQuery(text)).toEqual({
    "(Standard)": "",
    databricksProfile: "my profile    with gaps",
    databricksCliPath: String.raw`C:\Program Files\databricks.exe`,
    daemonPort: 49_153,
    many: ["a", "b"],
    none: "",
  });
});

describe("places", () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "mortar-managed-"));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  const deps = (os: Deps["os"], run: Deps["run"]): Parameters<typeof readFleetSettings>[0] => ({
    os,
    env: { USER: "ann", SystemRoot: String.raw`D:\Windows` },
    paths: { home, data: home, cache: home, run: home },
    run,
  });
  const noRun: Deps["run"] = () => Promise.reject(new Error("nothing is run here"));

  test("macOS: a list of the user's own counts for the helper, and not for the app", async () => {
    const folder = join(home, "Library", "Preferences");
    await mkdir(folder, { recursive: true });
    const file = join(folder, "com.icerhymers.databricks-claude.plist");
    await writeFile(file, writePlist({ databricksProfile: "FLEET", databricksCliPath: "" }));
    await writeFile(join(folder, "com.anthropic.claudefordesktop.plist"), writePlist({ inferenceProvider: "gateway" }));
    const found = await readFleetSettings(deps("darwin", noRun));
    expect(found).toEqual([{ source: file, values: { databricksProfile: "FLEET", databricksCliPath: "" } }]);
    expect(managedText(found, "databricksProfile")).toBe("FLEET");
    expect(managedText(found, "databricksCliPath")).toBeUndefined();
    expect(await readAppPolicy(deps("darwin", noRun))).toEqual([]);
    await writeFile(file, "not a list");
    expect(await readFleetSettings(deps("darwin", noRun))).toEqual([]);
  });

  test("Windows: the machine's policy goes before the user's", async () => {
    const asked: string[] = [];
    const run: Deps["run"] = async (command) => {
      asked.push(command.join(" "));
      const key = command.at(-1) ?? "";
      const stdout = `\r\n${key}\r\n    databricksProfile    REG_SZ    ${key.slice(0, 4)}\r\n`;
      return {
        exitCode: 0,
        stdout: stdout.replace("HKLM", "HKEY_LOCAL_MACHINE").replace("HKCU", "HKEY_CURRENT_USER"),
        stderr: "",
      };
    };
    const found = await readFleetSettings(deps("win32", run));
    expect(asked).toEqual(
      ["HKLM", "HKCU"].map(
        (hive) => String.raw`D:\Windows\System32\reg.exe query ${hive}\SOFTWARE\IceRhymers\databricks-claude`,
      ),
    );
    expect(managedText(found, "databricksProfile")).toBe("HKLM");
    expect(await readAppPolicy(deps("win32", async () => ({ exitCode: 1, stdout: "", stderr: "" })))).toEqual([]);
  });

  test("Linux has none", async () => {
    expect(await readFleetSettings(deps("linux", noRun))).toEqual([]);
  });
});
