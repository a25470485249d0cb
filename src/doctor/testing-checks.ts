// A machine on which one of the doctor's checks looks, and what stands on it.
import { afterAll, beforeAll, beforeEach } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { testWorld, type TestWorld, type WorldOptions } from "../auth/testing.ts";
import { startTestEmulator, type TestEmulator } from "../emulator/testing-server.ts";
import { systemClock } from "../platform/clock.ts";
import type { Environment, Fetch } from "../platform/deps.ts";
import { builtInPackage } from "../skills/package.ts";
import { installSkills } from "../skills/manage.ts";
import type { Finding, State, Surroundings } from "./check.ts";
import { checks } from "./checks.ts";
import { createFacts } from "./facts.ts";
import { runChecks } from "./run.ts";

/** There between the tests of a file that calls `useEmulator`. */
export let emulator: TestEmulator;

/** Has an emulated workspace without faults for each test of the file. */
export function useEmulator(): void {
  beforeAll(async () => {
    emulator = await startTestEmulator();
  });
  afterAll(() => emulator.dispose());
  beforeEach(async () => {
    await emulator.control("DELETE faults");
  });
}
export type Prepare = (world: TestWorld) => unknown;

export interface Fixture extends Pick<WorldOptions, "config" | "deps"> {
  readonly prepare?: Prepare;
  readonly env?: Environment | ((world: TestWorld) => Environment);
  readonly around?: Partial<Surroundings>;
  readonly fetch?: Fetch;
  /** The profile is one of the emulated workspace. */
  readonly workspace?: boolean;
  readonly profile?: string;
}

export interface Case {
  readonly id: string;
  readonly well: Fixture;
  readonly broken: Fixture;
  readonly state: State;
  readonly seen: RegExp;
  readonly cure: RegExp;
  /** The fix mends it: a second look finds nothing. */
  readonly mends?: boolean;
}

export const settings =
  (value: object): Prepare =>
  ({ write }) =>
    write(".claude/settings.json", JSON.stringify(value, null, 2));
export const workspaceConfig =
  "[DEFAULT]\nhost = https://one.cloud.databricks.com\ntoken = dapi0123456789abcdef0123456789abcdef\n";
export const answering =
  (response: () => Response): Fetch =>
  async () =>
    response();
export const script =
  (path: string): Prepare =>
  ({ write }) =>
    write(path, "#!/bin/sh\necho 1.2.3\n", 0o755);
export const inBin = ({ home }: TestWorld): Environment => ({ PATH: join(home, "bin") });
export const nobodyListens = { listens: async () => false };
export const place = {
  shell: "bash",
  path: "/x/mortar",
  state: "current",
  active: true,
  elsewhere: false,
  own: true,
  install: async () => undefined,
} as const;
export const proxyRecord = {
  pid: process.pid,
  kind: "command",
  version: "1.0.0",
  port: 1,
  scheme: "http",
  hostname: "127.0.0.1",
  startedAt: 1,
  idleTimeoutMs: 0,
  logFile: "/x",
  verbose: false,
};
export const jwt = (exp: number): string =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.c2ln`;
export const fleetPlist = '<plist version="1.0"><dict><key>databricksProfile</key><string>work</string></dict></plist>';
export const desktopOn = (values: object): Partial<Surroundings> => ({
  desktop: async () => ({ source: "/x/entry.json", values: { inferenceProvider: "gateway", ...values } }),
});
export const toolList = `${JSON.stringify({ jsonrpc: "2.0", id: 2, result: { tools: [{}, {}] } })}\n`;
export const printing =
  (stdout: string, exitCode = 0) =>
  async () => ({ exitCode, stdout, stderr: "" });
export const unit =
  (program: string): Prepare =>
  async (world) => {
    const { mark } = await import("../proxy/lifecycle/service/spec.ts");
    world.write(
      ".config/systemd/user/mortar-proxy.service",
      `# ${mark}\n[Service]\nExecStart=${program} proxy serve\n`,
    );
  };

export const gemini = "GEMINI_API_KEY=x\nGOOGLE_GEMINI_BASE_URL=https://one.cloud.databricks.com/ai-gateway/gemini\n";
export const geminiAt = (write: TestWorld["write"], version: string) =>
  write("bin/gemini", `#!/bin/sh\necho ${version}\n`, 0o755);
export async function putSkill({ deps, home }: TestWorld): Promise<string> {
  const folder = join(home, ".claude", "skills");
  const skill = await builtInPackage("databricks-jobs").catch(async () => {
    const { skillCatalog } = await import("../skills/catalog.ts");
    return builtInPackage(skillCatalog[0]?.name ?? "");
  });
  const options = { deps, signal: AbortSignal.timeout(20_000), dryRun: false, version: "1.2.3" };
  await installSkills([skill], [{ folder }], options);
  return folder;
}

export const around: Surroundings = {
  version: "1.2.3",
  self: ["/opt/mortar"],
  completion: async () => [],
  desktop: async () => undefined,
  certificates: async () => [],
  listens: async () => false,
  freeBytes: async () => 10_000_000_000,
  processors: async () => ({ own: "x64", system: "x64" }),
};

export async function on(
  fixture: Fixture,
  work: (look: (id: string) => Promise<readonly Finding[]>, world: TestWorld) => Promise<void>,
) {
  const ofWorkspace =
    fixture.workspace === true
      ? { config: `[DEFAULT]\nhost = ${emulator.host}\ntoken = ${emulator.token}\n`, fetch: fetch as Fetch }
      : {};
  const { config, fetch: answers } = { ...fixture, ...ofWorkspace };
  const real = fixture.workspace === true ? { clock: systemClock } : {};
  const made = testWorld({
    ...(config === undefined ? {} : { config }),
    ...(answers === undefined ? {} : { fetch: answers }),
    deps: { ...real, ...fixture.deps },
  });
  try {
    mkdirSync(join(made.home, "mortar"), { mode: 0o700 });
    const more = typeof fixture.env === "function" ? fixture.env(made) : fixture.env;
    const world = { ...made, deps: { ...made.deps, env: { ...made.deps.env, ...more } } };
    await fixture.prepare?.(world);
    const look = async (id: string) => {
      const signal = AbortSignal.timeout(20_000);
      const facts = createFacts(world.deps, { profile: fixture.profile ?? "DEFAULT", version: "1.2.3", signal });
      const only = checks.filter((check) => check.id === id).map((check) => ({ ...check, needs: [] }));
      const [result] = await runChecks(only, {
        deps: world.deps,
        around: { ...around, ...fixture.around },
        facts,
        signal,
      });
      return result?.findings ?? [];
    };
    await work(look, world);
  } finally {
    made.dispose();
  }
}
