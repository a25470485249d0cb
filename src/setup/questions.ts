// The questions of a setup on a terminal. Each has a flag, so that none is asked elsewhere.
import { ask } from "../cli/ask.ts";
import { choose } from "../cli/choose.ts";
import { chooseSeveral } from "../cli/choose-several.ts";
import type { ForeignSetting, ManagedAgentId, Mode, Scope } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import { printable } from "../platform/log.ts";
import { isServerName } from "../agents/mcp-install.ts";
import { modelKeys, type Answers } from "./answers.ts";
import { isHere, type FoundAgent } from "./agents.ts";
import { workspaceHost } from "./host.ts";
import type { Discovery } from "../proxy/models/discover.ts";
import type { RoleChoice } from "../proxy/models/roles.ts";

export interface Asker {
  readonly deps: Deps;
  readonly signal: AbortSignal;
}

/** The marked agents; at first those that were set up before, else all that are here. */
export async function askAgents(
  { deps, signal }: Asker,
  found: readonly FoundAgent[],
  before: readonly ManagedAgentId[] | undefined,
): Promise<readonly ManagedAgentId[]> {
  const choices = found.map(({ agent, presence }) => ({
    value: agent.id,
    label: agent.title,
    hint: presence.installed ? (presence.version ?? "installed") : "not installed",
  }));
  const marked = before ?? found.filter(isHere).map(({ agent }) => agent.id);
  const question = "Which agents? (space marks, Enter goes on)";
  const chosen = await chooseSeveral(deps, { question, choices, marked, signal });
  return found.map(({ agent }) => agent.id).filter((id) => chosen?.includes(id) === true);
}

const another = "\u0000another";

/** A profile that is there, or the address of another workspace. */
export async function askWorkspace(
  { deps, signal }: Asker,
  profiles: readonly { readonly name: string; readonly host: string }[],
  before: Pick<Answers, "host" | "profile">,
): Promise<Pick<Answers, "host" | "profile">> {
  const first = profiles.filter(({ name }) => name === before.profile);
  const rest = profiles.filter(({ name }) => name !== before.profile);
  const choices = [...first, ...rest].map(({ name, host }) => ({ value: name, label: `${host} (${name})` }));
  if (choices.length > 0) {
    const all = [...choices, { value: another, label: "Another workspace" }];
    const profile = await choose(deps, { question: "Which workspace?", choices: all, signal });
    if (profile !== another) return { profile };
  }
  return { host: await askHost({ deps, signal }, before.host) };
}

async function askHost({ deps, signal }: Asker, usual: string | undefined): Promise<string> {
  for (;;) {
    const question = "Address of the workspace, as the browser shows it";
    const text = await ask(deps, { question, usual, signal });
    if (text === undefined) continue;
    try {
      workspaceHost(text);
      return text;
    } catch (thrown) {
      const { message, hint } = toMortarError(thrown);
      deps.stderr.write(`${message}. ${hint ?? ""}\n`);
    }
  }
}

const modeWords: Readonly<Record<Mode, readonly [string, string]>> = {
  proxy: ["Through the proxy on this machine", "all models and features; a hook starts it"],
  helper: ["Straight to the workspace", "the agent calls a credential helper; nothing runs in the background"],
  wrapper: ["Only by mortar claude and its like", "the agent's own settings get tools and skills alone"],
};

export async function askMode({ deps, signal }: Asker, before: Mode | undefined): Promise<Mode> {
  const modes = (["proxy", "helper", "wrapper"] as const).toSorted(
    (one, other) => +(other === before) - +(one === before),
  );
  const choices = modes.map((value) => ({ value, label: modeWords[value][0], hint: modeWords[value][1] }));
  const answer = await choose(deps, { question: "How do models reach the agents?", choices, signal });
  return modes.find((mode) => mode === answer) ?? "proxy";
}

export async function askScope({ deps, signal }: Asker, before: Scope | undefined): Promise<Scope> {
  const home = { value: "home", label: "For all of my work", hint: "settings in the home folder" };
  const project = { value: "project", label: "For this folder alone", hint: deps.cwd };
  const choices = before?.kind === "project" ? [project, home] : [home, project];
  const answer = await choose(deps, { question: "Where?", choices, signal });
  return answer === "project" ? { kind: "project", folder: deps.cwd } : { kind: "home" };
}

const newest = "\u0000newest";

/** The model of each role, the newest first. Nothing is named that the person does not choose. */
export async function askModels(
  { deps, signal }: Asker,
  { models }: Pick<Discovery, "models">,
  { choices, before }: { readonly choices: readonly RoleChoice[]; readonly before: Answers["models"] },
): Promise<NonNullable<Answers["models"]>> {
  const usual = choices.filter(({ model }) => model !== undefined).map(({ role, model }) => `${role} ${model}`);
  const question = "Which models?";
  const last = Object.entries(before ?? {}).map(([key, id]) => `${key} ${id}`);
  const all = [
    ...(last.length === 0 ? [] : [{ value: "before", label: "As they are", hint: last.join(", ") }]),
    { value: "usual", label: "The newest of each family", hint: usual.slice(0, 3).join(", ") },
    { value: "own", label: "Let me choose" },
  ];
  const answer = await choose(deps, { question, choices: all, signal });
  if (answer !== "own") return answer === "before" ? (before ?? {}) : {};
  const named: [string, string][] = [];
  for (const key of modelKeys.filter((one) => one !== "model")) {
    const first = choices.find(({ role }) => role === key)?.model;
    const ready = models.filter(({ state, dialects }) => state === "ready" && dialects.includes("anthropic"));
    if (ready.length === 0) break;
    const label = first === undefined ? "None" : `The newest (${first})`;
    const listed = ready.map(({ id }) => ({ value: id, label: id }));
    const model = await choose(deps, {
      question: `Model for ${key}?`,
      choices: [{ value: newest, label }, ...listed],
      signal,
    });
    if (model !== undefined && model !== newest) named.push([key, model]);
  }
  return Object.fromEntries(named);
}

/** Whether what somebody else has set may give way. */
export async function askTakeOver(
  { deps, signal }: Asker,
  title: string,
  found: readonly ForeignSetting[],
): Promise<boolean> {
  const lines = found.map(({ file, path, value }) => `  ${file}: ${path.join(".")} = ${printable(value)}\n`);
  deps.stderr.write(`${title} is set up for something else:\n${lines.join("")}`);
  const choices = [
    { value: "no", label: "Leave it as it is", hint: `${title} is left out` },
    { value: "yes", label: "Take its place", hint: "mortar uninstall brings it back" },
  ];
  return (await choose(deps, { question: "What shall become of it?", choices, signal })) === "yes";
}

/** Another name for our MCP server, where there is one of somebody else that has it. */
export async function askServerName(
  { deps, signal }: Asker,
  taken: string,
  found: readonly ForeignSetting[],
): Promise<string> {
  const lines = found.map(({ file, value }) => `  ${file}: ${printable(value)}\n`);
  deps.stderr.write(`There is an MCP server called ${taken} that is not ours, and stays:\n${lines.join("")}`);
  for (;;) {
    const name = await ask(deps, { question: "Name for ours", usual: `${taken.slice(0, 57)}-mortar`, signal });
    if (name !== undefined && isServerName(name)) return name;
    deps.stderr.write("Agents take letters, digits, - and _, at most 64.\n");
  }
}

/** A yes by arrow keys, the first choice. */
export async function askYes({ deps, signal }: Asker, question: string): Promise<boolean> {
  const choices = [
    { value: "yes", label: "Yes" },
    { value: "no", label: "No" },
  ];
  return (await choose(deps, { question, choices, signal })) === "yes";
}

/** Ends a setup that the person does not want after all. */
export function declined(): MortarError {
  return new MortarError("interrupted", "Nothing was changed", { exit: 1 });
}
