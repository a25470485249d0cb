// For tests: a Postgres of their own, in a temporary folder, on a free port of this machine, with a password and TLS.
import { SQL } from "bun";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export interface TestPostgres extends AsyncDisposable {
  readonly port: number;
  readonly password: string;
  /** Of itself, which is what vouches for it. */
  readonly certificateFile: string;
  /** `postgres://…` of a new, empty database. */
  newDatabase(): Promise<string>;
  /** A connection as the superuser, to look and to meddle. */
  readonly admin: SQL;
  /** Ends the server at once, as a crash does; `start` has it come back with all that was committed. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Postgres on Windows runs as a service, which a test does not start; what these tests try has nothing of the system in it. */
export const canRunPostgres = process.platform !== "win32";

const host = "127.0.0.1";
const password = "test-password";

/** Starts one. Throws with what to install where there is no Postgres; a test is to fail then. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = programFolder();
  const folder = await mkdtemp(join(tmpdir(), "mortar-postgres-"));
  const data = join(folder, "data");
  const asUser = await otherUser(folder);
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, password);
  await giveAway(passwordFile, folder);
  const setup = ["-D", data, "-U", "postgres", "-E", "UTF8", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  await must([...asUser, join(bin, "initdb"), ...setup, "--no-sync", "--locale=C"], folder);
  const certificateFile = await makeCertificate(folder, data);
  const port = freePort();
  const settings = {
    listen_addresses: host,
    port,
    unix_socket_directories: "",
    ssl: "on",
    ssl_cert_file: join(data, "server.crt"),
    ssl_key_file: join(data, "server.key"),
    max_connections: 60,
    fsync: "off",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  let server: Bun.Subprocess | undefined;
  const start = async (): Promise<void> => {
    server = Bun.spawn([...asUser, join(bin, "postgres"), "-D", data, ...options], {
      cwd: folder,
      stdin: "ignore",
      stdout: "ignore",
      stderr: Bun.file(join(folder, "log")),
    });
    await untilReady(port, server, join(folder, "log"));
  };
  const stop = async (signal: "SIGINT" | "SIGQUIT"): Promise<void> => {
    const child = server;
    server = undefined;
    if (child === undefined) return;
    process.kill(await serverId(data, child.pid), signal);
    await child.exited;
  };
  await start();
  const admin = new SQL({ ...place(port), max: 2 });
  return {
    port,
    password,
    certificateFile,
    admin,
    start,
    kill: () => stop("SIGQUIT"),
    newDatabase: async () => {
      const name = `t${crypto.randomUUID().replaceAll("-", "")}`;
      await admin.unsafe(`CREATE DATABASE ${name}`);
      return `postgres://postgres:${password}@${host}:${port}/${name}`;
    },
    [Symbol.asyncDispose]: async () => {
      await admin.close({ timeout: 0 });
      await stop("SIGINT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const place = (port: number) => ({
  adapter: "postgres" as const,
  hostname: host,
  port,
  username: "postgres",
  password,
  database: "postgres",
});

/** Where initdb and postgres are: on the PATH, or where packages of this system put them. */
function programFolder(): string {
  const places = ["usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql*/bin", "usr/local/opt/postgresql*/bin"];
  const known = places.flatMap((pattern) => [
    ...new Bun.Glob(pattern).scanSync({ cwd: "/", onlyFiles: false, absolute: true, followSymlinks: true }),
  ]);
  const found = Bun.which("initdb", { PATH: [process.env["PATH"] ?? "", ...known].join(delimiter) });
  if (found === null) {
    throw new Error(
      "No Postgres for this test: install it (Debian and Ubuntu: apt-get install postgresql; macOS: brew install postgresql) or run scripts/test-tools.ts",
    );
  }
  return dirname(found);
}

/** Postgres does not run as root: the words that run it as the user that its package has made. */
async function otherUser(folder: string): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return [];
  const line = (await readFile("/etc/passwd", "utf8")).split("\n").find((entry) => entry.startsWith("postgres:"));
  const [, , user, group] = line?.split(":") ?? [];
  if (user === undefined || group === undefined)
    throw new Error("Postgres does not run as root, and there is no user postgres");
  await chown(folder, Number(user), Number(group));
  if (Bun.which("setpriv") !== null) {
    // It ends with this process, however that ends.
    return ["setpriv", `--reuid=${user}`, `--regid=${group}`, "--clear-groups", "--pdeathsig=INT"];
  }
  return ["runuser", "-u", "postgres", "--"];
}

/** To the owner of the folder. */
async function giveAway(path: string, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  await chown(path, uid, gid);
}

const certificateSettings = `[req]
distinguished_name = name
x509_extensions = more
prompt = no
[name]
CN = localhost
[more]
basicConstraints = critical, CA:TRUE
subjectAltName = DNS:localhost, IP:127.0.0.1
`;

async function makeCertificate(folder: string, data: string): Promise<string> {
  const made = join(folder, "made");
  await mkdir(made);
  const key = join(made, "server.key");
  const certificate = join(made, "server.crt");
  const settings = join(made, "settings");
  await writeFile(settings, certificateSettings);
  const files = ["-config", settings, "-keyout", key, "-out", certificate];
  await must(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...files], folder);
  for (const [from, name] of [
    [key, "server.key"],
    [certificate, "server.crt"],
  ] as const) {
    const to = join(data, name);
    await writeFile(to, await readFile(from));
    await chmod(to, 0o600);
    await giveAway(to, folder);
  }
  return certificate;
}

async function must(words: readonly string[], cwd: string): Promise<void> {
  const child = Bun.spawn([...words], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [code, output, errors] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if (code !== 0) throw new Error(`${words.join(" ")} failed: ${output}${errors}`);
}

function freePort(): number {
  const server = Bun.listen({ hostname: host, port: 0, socket: { data: () => undefined } });
  const { port } = server;
  server.stop(true);
  return port;
}

/** The server itself, where a program that changed the user stands before it. */
async function serverId(data: string, child: number): Promise<number> {
  const file = join(data, "postmaster.pid");
  return existsSync(file) ? Number((await readFile(file, "utf8")).split("\n")[0]) : child;
}

/** Tries to connect until it can, or until the server has ended. */
async function untilReady(port: number, server: Bun.Subprocess, log: string): Promise<void> {
  for (;;) {
    const one = new SQL({ ...place(port), max: 1, connectionTimeout: 5 });
    try {
      await one.unsafe("SELECT 1");
      return;
    } catch (thrown) {
      if (server.exitCode !== null) {
        throw new Error(`Postgres ended: ${await readFile(log, "utf8")}`, { cause: thrown });
      }
    } finally {
      await one.close({ timeout: 0 });
    }
    await Bun.sleep(20);
  }
}
