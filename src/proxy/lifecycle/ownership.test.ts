// Folders that others can write, and what they laid there. Files of another user can be made by root alone.
import { describe, expect, test } from "bun:test";
import { chmod, chown, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "../../platform/secret.ts";
import { newLeaseId, readLease, writeLease } from "./lease.ts";
import { ensureKey, readKey } from "./local-key.ts";
import { closeFolders } from "./ownership.ts";
import { keyFile, leaseFolder } from "./places.ts";
import { testHome } from "./testing.ts";

const nobody = 65_534;

test.skipIf(process.platform === "win32")(
  "folders that others can write are closed to them, and that is said",
  async () => {
    await using made = await testHome();
    const { run } = made.deps.paths;
    await mkdir(run, { recursive: true });
    await chmod(run, 0o777);
    await closeFolders(made.deps);
    expect((await stat(run)).mode & 0o777).toBe(0o755);
    expect((await stat(leaseFolder(made.deps))).mode & 0o777).toBe(0o700);
    expect(made.said.join("")).toContain("could be written by others");
    await closeFolders(made.deps);
    expect(made.said).toHaveLength(1);
  },
);

describe.skipIf(process.getuid?.() !== 0)("what another user laid there", () => {
  test("is no key, and leads no key of ours elsewhere", async () => {
    await using made = await testHome();
    const [path, target] = [keyFile(made.deps), join(made.home, "target")];
    await mkdir(made.deps.paths.data, { recursive: true });
    await writeFile(target, "mine");
    await writeFile(path, "a-key-that-somebody-knows\n");
    await chown(path, nobody, nobody);
    expect(await readKey(made.deps)).toBeUndefined();
    expect((await ensureKey(made.deps)).reveal()).toStartWith("mortar-");
    await Bun.file(path).delete();
    await symlink(target, path);
    Bun.spawnSync(["chown", "-h", String(nobody), path]);
    await ensureKey(made.deps);
    expect(await readFile(target, "utf8")).toBe("mine");
  });

  test("is no lease", async () => {
    await using made = await testHome();
    const lease = {
      id: newLeaseId(),
      pid: process.pid,
      agent: "claude",
      profile: "DEFAULT",
      key: new Secret("k".repeat(20)),
    };
    await writeLease(made.deps, lease);
    expect(readLease(made.deps, lease.id)).toEqual(lease);
    await chown(join(leaseFolder(made.deps), `${lease.id}.json`), nobody, nobody);
    expect(readLease(made.deps, lease.id)).toBe("broken");
  });

  test("is no folder of ours", async () => {
    await using made = await testHome();
    await mkdir(made.deps.paths.run, { recursive: true });
    await chown(made.deps.paths.run, nobody, nobody);
    await expect(closeFolders(made.deps)).rejects.toMatchObject({ code: "io" });
  });
});
