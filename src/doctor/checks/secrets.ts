// Files that hold secrets: closed to others; and the keyring, where sign-ins are kept.
import { chmod, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { configFilePath } from "../../auth/config-file.ts";
import { listLogins } from "../../auth/token-store.ts";
import { findDatabricksCli } from "../../auth/databricks-cli.ts";
import type { Deps } from "../../platform/deps.ts";
import { keyFile } from "../../proxy/lifecycle/places.ts";
import { fail, orPass, pass, skip, warn, type Check } from "../check.ts";

const modes: Check = {
  id: "machine.secrets",
  group: "machine",
  title: "Files with secrets are closed to others",
  run: async ({ deps }) => {
    if (deps.os === "win32") return skip("Windows keeps the home folder closed by its access lists");
    const found = await Promise.all(
      (await secretFiles(deps)).map(async (path) => {
        const mode = await stat(path).then(
          (facts) => facts.mode & 0o777,
          () => undefined,
        );
        if (mode === undefined || (mode & 0o077) === 0) return [];
        const apply = () => chmod(path, mode & 0o700);
        const fix = { title: `Close ${path} to others`, safe: true, apply };
        return [warn(`others may read ${path} (mode ${mode.toString(8)})`, `chmod go-rwx ${path}`, fix)];
      }),
    );
    return orPass(found.flat(), "nobody else can read them");
  },
};

async function secretFiles(deps: Deps): Promise<string[]> {
  const { paths } = deps;
  const own = [paths.data, join(paths.cache, "tokens"), join(paths.data, "logins")];
  const inside = await Promise.all(own.slice(1).map((folder) => filesIn(folder)));
  const config = configFilePath(deps);
  const home = paths.home === undefined ? [] : [join(paths.home, ".databricks", "token-cache.json")];
  return [...(config === undefined ? [] : [config]), ...home, paths.data, keyFile(deps), ...inside.flat()];
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.map((name) => join(folder, name));
}

const keyring: Check = {
  id: "machine.keyring",
  group: "machine",
  title: "The system's keyring answers",
  run: async ({ deps, facts }) => {
    const isFile = deps.env["MORTAR_TOKEN_STORAGE"] === "file";
    const answers = await deps.keyring?.get("doctor").then(
      () => true,
      () => false,
    );
    if (answers === true) return pass("it answers");
    const lost = (await listLogins(deps)).filter(({ refreshIn }) => refreshIn === "keyring");
    if (lost.length > 0 && !isFile) {
      const list = lost.map(({ profile }) => profile).join(", ");
      return fail(
        `it does not answer, and it holds the sign-in of ${list}`,
        "Unlock it (start the desktop's session, or gnome-keyring-daemon), or sign in again: mortar auth login",
      );
    }
    const cli = await facts.config().then(
      (config) => findDatabricksCli(deps, config),
      () => undefined,
    );
    const isPlain = deps.env["DATABRICKS_AUTH_STORAGE"] === "plaintext";
    if (cli !== undefined && !isPlain) {
      return warn("there is none, and the Databricks CLI wants one", "export DATABRICKS_AUTH_STORAGE=plaintext");
    }
    return pass("there is none; sign-ins are kept in files that only you can read");
  },
};

export const secretChecks: readonly Check[] = [modes, keyring];
