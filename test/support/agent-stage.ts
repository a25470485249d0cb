// One machine, one workspace and real agents on it: where a test plays what can go wrong in a session.
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMachine, type Machine, type Ran } from "./binary.ts";
import { installAgents, type RealAgent } from "./real-agents.ts";
import { startWorkspace, type TestWorkspace } from "./workspace.ts";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly fault?: string;
}

export interface Stage {
  readonly machine: Machine;
  readonly workspace: TestWorkspace;
  readonly env: Record<string, string>;
  /** A session of the agent, without its interface. */
  session(agent: RealAgent, prompt: string, options?: SessionOptions): Promise<Ran>;
  /** What the workspace saw, where the path fits; oldest first. */
  seen(path: RegExp): Promise<readonly SeenRequest[]>;
}

export interface SessionOptions {
  /** After `mortar claude`. */
  readonly words?: readonly string[];
  readonly env?: Record<string, string>;
}

/** Plays `work` on a stage of its own, and takes the stage down whatever happens. */
export async function onStage(agents: readonly RealAgent[], work: (stage: Stage) => Promise<void>): Promise<void> {
  const machine = await createMachine();
  let workspace: TestWorkspace | undefined;
  try {
    workspace = await startWorkspace(machine);
    const { requests } = workspace;
    const env = await installAgents(machine, agents);
    await work({
      machine,
      workspace,
      env,
      session: ({ name, session }, prompt, { words = [], env: more } = {}) =>
        machine.run([name, ...words, ...session(prompt)], { env: { ...env, ...more } }),
      seen: async (path) => ((await requests()) as readonly SeenRequest[]).filter((one) => path.test(one.path)),
    });
  } finally {
    await machine.run(["proxy", "stop", "--now"]);
    await workspace?.stop();
    await machine.dispose();
  }
}

/** Signs in to the stage's workspace as a person with a browser does; the profile DEFAULT is theirs after that. */
export async function signIn({ machine, workspace }: Pick<Stage, "machine" | "workspace">): Promise<void> {
  await workspace.control("PATCH", "switches", { autoConsent: true });
  // The stage's own token would be used on.
  await rm(join(machine.home, ".databrickscfg"));
  const visit = join(machine.home, "visit.ts");
  await writeFile(visit, 'await (await fetch(process.argv[2] ?? "", { proxy: "" })).text();\n');
  const browser = join(machine.home, "browser");
  await writeFile(browser, `#!/bin/sh\nexec '${process.execPath}' '${visit}' "$1"\n`);
  await chmod(browser, 0o755);
  const words = ["auth", "login", "DEFAULT", "--host", workspace.host, "--callback-port", "0", "--timeout", "20s"];
  const { ok, error } = await machine.json(words, { env: { BROWSER: browser } });
  if (!ok) throw new Error(`the sign-in failed: ${error?.message}`);
  if (/^token/m.test(await readFile(join(machine.home, ".databrickscfg"), "utf8")))
    throw new Error("the profile still has a token of its own");
}
