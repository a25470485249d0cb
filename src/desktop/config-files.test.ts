// The generated files, read by programs and grammars that this room did not write.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configFiles, writeConfigFiles } from "./config-files.ts";
import { readXmlPlist } from "../platform/managed/plist-text.ts";
import { developerJson } from "./developer-json.ts";
import { mobileConfig } from "./mobile-config.ts";
import { registryFile, registryText } from "./registry-file.ts";
import { desktopKeys, desktopSettings, fleetKeys, fleetSettings, type DesktopWish } from "./settings.ts";
import { daemonWish, helperWish, oddProfile, readRegistryFile } from "./testing.ts";
import { emptyHive } from "./testing-hive.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-desktop-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const oddWish: DesktopWish = { ...helperWish, fleet: { ...helperWish.fleet, profile: oddProfile } };
const wishes = [
  ["helper", helperWish],
  ["daemon", daemonWish],
  ["odd", oddWish],
] as const;

const golden = join(import.meta.dir, "golden");

describe("the same bytes as before", () => {
  test.each(wishes.slice(0, 2))("%s", async (name, wish) => {
    for (const [format, text] of [
      ["mobileconfig", mobileConfig(wish)],
      ["reg", registryText(wish)],
      ["json", developerJson(wish)],
    ] as const) {
      const path = join(golden, `${name}.${format}`);
      // The repository keeps line ends as LF.
      const kept = text.replaceAll("\r\n", "\n");
      if (process.env["UPDATE_GOLDEN"] === "1") await Bun.write(path, kept);
      expect(kept).toBe(await readFile(path, "utf8"));
      expect(
        Buffer.from(configFiles(wish, { cwd: "/", os: "linux", output: `x.${format}` })[0]?.content ?? ""),
      ).toEqual(Buffer.from(format === "reg" ? registryFile(wish) : text));
    }
  });
});

interface Payload {
  readonly [key: string]: unknown;
}

/** Python's own reader of property lists, which knows XML's rules and Apple's types. */
function plistOf(text: string): { PayloadContent: readonly Payload[] } & Payload {
  const script = "import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
  const ran = Bun.spawnSync(["python3", "-c", script], { stdin: new TextEncoder().encode(text) });
  if (ran.exitCode !== 0) throw new Error(ran.stderr.toString());
  return JSON.parse(ran.stdout.toString()) as { PayloadContent: readonly Payload[] };
}

describe.skipIf(Bun.which("python3") === null)("the profile for macOS, read by Python", () => {
  test.each(wishes)("%s holds every key with its type", (_name, wish) => {
    const profile = plistOf(mobileConfig(wish));
    expect(profile).toMatchObject({
      PayloadType: "Configuration",
      PayloadIdentifier: "com.anthropic.claudefordesktop.profile",
      PayloadDisplayName: "Claude Desktop Third-Party Inference",
      PayloadScope: "User",
      PayloadVersion: 1,
    });
    const [app, fleet] = profile.PayloadContent;
    expect(app).toMatchObject({
      PayloadType: "com.anthropic.claudefordesktop",
      PayloadIdentifier: "com.anthropic.claudefordesktop.settings",
      disableDeploymentModeChooser: true,
      inferenceProvider: "gateway",
      modelDiscoveryEnabled: wish.models.length === 0,
    });
    expect(fleet).toMatchObject({
      PayloadType: "com.icerhymers.databricks-claude",
      databricksProfile: wish.fleet.profile,
      databricksHost: wish.fleet.host,
    });
    for (const { key, value } of desktopSettings(wish)) {
      const shown = typeof value === "object" ? "string" : typeof value;
      expect([key, typeof app?.[key]]).toEqual([key, shown]);
    }
    const own = Object.keys(fleet ?? {}).filter((key) => !key.startsWith("Payload"));
    expect(own).toEqual(fleetSettings(wish).map(({ key }) => key));
  });

  test("models are a text that holds JSON", () => {
    const [app] = plistOf(mobileConfig(helperWish)).PayloadContent;
    expect(JSON.parse(String(app?.["inferenceModels"]))).toEqual(helperWish.models);
    expect(app?.["inferenceCredentialHelperTtlSec"]).toBe(55);
  });

  test("ids are UUIDs of their own, which stay for the same workspace and differ for another", () => {
    const ids = (wish: DesktopWish): unknown[] => {
      const profile = plistOf(mobileConfig(wish));
      return [profile, ...profile.PayloadContent].map((one) => one["PayloadUUID"]);
    };
    const first = ids(helperWish);
    expect(new Set(first).size).toBe(3);
    for (const id of first) expect(id).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
    expect(ids({ ...helperWish, models: [] })).toEqual(first);
    const other = ids({ ...helperWish, fleet: { ...helperWish.fleet, host: "https://dbc-2.cloud.databricks.com" } });
    for (const id of other) expect(first).not.toContain(id);
  });
});

describe.skipIf(Bun.which("plistutil") === null)("the profile for macOS, read by libplist", () => {
  test.each(wishes)("%s becomes a binary list and comes back", async (name, wish) => {
    const [xml, binary] = [join(folder, `${name}.mobileconfig`), join(folder, `${name}.bin`)];
    await writeFile(xml, mobileConfig(wish));
    expect(Bun.spawnSync(["plistutil", "-i", xml, "-o", binary, "-f", "bin"]).exitCode).toBe(0);
    expect((await readFile(binary)).subarray(0, 8).toString()).toBe("bplist00");
  });
});

test.skipIf(Bun.which("xmllint") === null)("the profile for macOS is well-formed XML", async () => {
  for (const [name, wish] of wishes) {
    const path = join(folder, `${name}.xml`);
    await writeFile(path, mobileConfig(wish));
    const ran = Bun.spawnSync(["xmllint", "--nonet", "--noout", path]);
    expect([name, ran.stderr.toString(), ran.exitCode]).toEqual([name, "", 0]);
  }
});

test("the profile for macOS comes back by our own reader", () => {
  const value = readXmlPlist(mobileConfig(daemonWish)) as { PayloadContent: readonly Record<string, unknown>[] };
  expect(value.PayloadContent[1]).toMatchObject({
    daemonPort: 49_153,
    databricksCliPath: daemonWish.fleet.databricksCliPath ?? "",
  });
});

describe("the registry file", () => {
  test.each(wishes)("%s keeps to the grammar and says the same as the JSON", (_name, wish) => {
    const keys = readRegistryFile(registryFile(wish));
    expect([...keys.keys()]).toEqual([
      String.raw`HKEY_CURRENT_USER\SOFTWARE\Policies\Claude`,
      String.raw`HKEY_CURRENT_USER\SOFTWARE\IceRhymers\databricks-claude`,
    ]);
    const [app, fleet] = [...keys.values()];
    const json = JSON.parse(developerJson(wish)) as Record<string, unknown>;
    for (const [key, value] of app ?? []) {
      const wished = json[key];
      if (typeof wished === "boolean") expect([key, value]).toEqual([key, wished ? 1 : 0]);
      else if (wished === undefined) expect([key, value]).toEqual([key, null]);
      else if (typeof wished === "object") expect(JSON.parse(String(value))).toEqual(wished);
      else expect([key, value]).toEqual([key, String(wished)]);
    }
    expect([...(app?.keys() ?? [])].toSorted()).toEqual([...desktopKeys].toSorted());
    expect([...(fleet?.keys() ?? [])].toSorted()).toEqual([...fleetKeys].toSorted());
    expect(fleet?.get("databricksProfile")).toBe(wish.fleet.profile);
    expect(fleet?.get("databricksCliPath")).toBe(wish.fleet.databricksCliPath ?? null);
  });

  test("has the port as a number, and takes out what the other way had set", () => {
    const [app, fleet] = [...readRegistryFile(registryFile(daemonWish)).values()];
    expect(fleet?.get("daemonPort")).toBe(49_153);
    expect(fleet?.get("daemonMode")).toBe(1);
    expect(app?.get("inferenceCredentialHelper")).toBeNull();
    expect(app?.get("inferenceGatewayApiKey")).toBe("an-example-key-of-a-proxy");
  });

  test("refuses what a line cannot hold", () => {
    const fleet = { ...helperWish.fleet, profile: 'a"\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE]' };
    expect(() => registryFile({ ...helperWish, fleet })).toThrow("line end");
    expect(() => mobileConfig({ ...helperWish, fleet: { ...fleet, profile: "\u0001" } })).toThrow("characters");
  });

  test("its own reader is strict", () => {
    const bytes = (text: string): Uint8Array => Buffer.from(`\uFEFF${text}`, "utf16le");
    const start = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\A]\r\n";
    expect(
      readRegistryFile(bytes(`${start}"a"=hex(7):61,00,00,00,62,00,00,00,00,00\r\n`))
        .values()
        .next().value,
    ).toEqual(new Map([["a", ["a", "b"]]]));
    for (const line of ['"a"=dword:1', '"a"="b', '"a\\"="b"', '"a"="\\b"', "a=1", '"a"=hex(7):6', '"a"="1"\n"b"="2"']) {
      expect(() => readRegistryFile(bytes(`${start}${line}\r\n`))).toThrow();
    }
    expect(() => readRegistryFile(Buffer.from(start))).toThrow("byte order");
  });
});

describe.skipIf(Bun.which("hivexregedit") === null)("the registry file, merged into a hive by hivexregedit", () => {
  const merge = (hive: string, path: string): string => {
    const ran = Bun.spawnSync(["hivexregedit", "--merge", "--prefix", "HKEY_CURRENT_USER", hive, path]);
    return `${ran.exitCode} ${ran.stderr.toString()}`;
  };
  // That program takes each byte for a letter.
  const profile = oddProfile.replaceAll(/[^ -~]/g, "");
  const plain = [...wishes.slice(0, 2), ["odd", { ...helperWish, fleet: { ...helperWish.fleet, profile } }]] as const;
  const parents = ["SOFTWARE", String.raw`SOFTWARE\Policies`, String.raw`SOFTWARE\IceRhymers`];

  test.each(plain)("%s comes back value by value", async (name, wish) => {
    const [hive, path] = [join(folder, `${name}.hive`), join(folder, `${name}-utf8.reg`)];
    await writeFile(hive, emptyHive());
    const start = "Windows Registry Editor Version 5.00\n";
    // The registry editor makes the keys above by itself; this one does not, and reads UTF-8.
    await writeFile(path, `${start}${parents.map((key) => `\n[HKEY_CURRENT_USER\\${key}]\n`).join("")}`);
    expect(merge(hive, path)).toBe("0 ");
    await writeFile(path, new TextDecoder("utf-16le").decode(registryFile(wish)));
    expect(merge(hive, path)).toBe("0 ");
    const words = ["--export", "--prefix", "HKEY_CURRENT_USER"];
    const { stdout } = Bun.spawnSync(["hivexregedit", ...words, hive, String.raw`\SOFTWARE`]);
    const quoted = stdout.toString().replaceAll(/=hex\(1\):([0-9a-f,]*)/g, (_, hex: string) => {
      const bytes = Buffer.from(hex.replaceAll(",", ""), "hex");
      return `=${JSON.stringify(bytes.toString("utf16le").replace(/\0$/, ""))}`;
    });
    const text = quoted.replaceAll("\n", "\r\n");
    const found = readRegistryFile(Buffer.from(`\uFEFF${text}`, "utf16le"));
    for (const [key, values] of readRegistryFile(registryFile(wish))) {
      const kept = [...values].filter(([, value]) => value !== null);
      expect([key, new Map(found.get(key))]).toEqual([key, new Map(kept)]);
    }
  });
});

describe("writing", () => {
  const place = { os: "linux", output: undefined } as const;

  test("three files for this user alone, also where others could read them", async () => {
    const cwd = await mkdtemp(join(folder, "three-"));
    await writeFile(join(cwd, "databricks-claude-desktop.reg"), "old");
    await chmod(join(cwd, "databricks-claude-desktop.reg"), 0o644);
    const files = configFiles(helperWish, { ...place, cwd });
    await writeConfigFiles(files);
    await writeConfigFiles(files);
    for (const ending of ["mobileconfig", "reg", "json"]) {
      const path = join(cwd, `databricks-claude-desktop.${ending}`);
      if (process.platform !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(Buffer.from(files.find((file) => file.path === path)?.content ?? "")).toEqual(await readFile(path));
    }
  });

  test("one file goes by its ending, else by the system", () => {
    const format = (output: string, os: "linux" | "win32") =>
      configFiles(helperWish, { cwd: "/", os, output })[0]?.format;
    expect(format("/x/a.JSON", "linux")).toBe("json");
    expect(format("/x/a.reg", "linux")).toBe("reg");
    expect(format("/x/a", "linux")).toBe("mobileconfig");
    expect(format("/x/a", "win32")).toBe("reg");
  });

  test.each(['{"inferenceProvider":"bedrock"}', "{", "[]"])("%s stays, and nothing is written", async (text) => {
    const cwd = await mkdtemp(join(folder, "kept-"));
    const path = join(cwd, "databricks-claude-desktop.json");
    await writeFile(path, text);
    await expect(writeConfigFiles(configFiles(helperWish, { ...place, cwd }))).rejects.toThrow(
      "no configuration of a gateway",
    );
    expect(await readFile(path, "utf8")).toBe(text);
    expect(await Bun.file(join(cwd, "databricks-claude-desktop.reg")).exists()).toBe(false);
  });
});
