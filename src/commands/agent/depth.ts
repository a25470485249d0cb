// How deep agents stand in agents: a script of an agent's name that calls this program would start itself for ever.
import type { Agent } from "../../agents/launch/agent.ts";
import type { Environment } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";

const variable = "MORTAR_DEPTH";

// An agent may start another one, and that one more; nobody starts five in each other.
const most = 5;

/** The environment for what is started now. Throws `conflict` where it has been started by itself too often. */
export function oneDeeper(env: Environment, { program, title }: Pick<Agent, "program" | "title">): Environment {
  const depth = Number(env[variable] ?? "0");
  if (depth < most) return { ...env, [variable]: String(depth + 1) };
  throw new MortarError("conflict", `${title} is started by itself again and again`, {
    hint: `The program ${program} on your PATH may be a script that calls mortar ${program}: give it another name.`,
  });
}
