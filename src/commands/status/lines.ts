// `mortar status` for people: one fact a line, no line longer than the terminal.
import { serverName } from "../../agents/launch/agent.ts";
import { printable, redact } from "../../platform/log.ts";
import type { UsageSum } from "../../proxy/usage/report.ts";
import type { AgentState } from "./agents.ts";
import type { Identity, ModelState, Part, ProxyState, SkillState, StatusFacts, UsageState } from "./collect.ts";

type Row = readonly [label: string, text: string];

export function statusText(
  facts: StatusFacts,
  { width, nowMs }: { readonly width: number; readonly nowMs: number },
): string {
  const rows: readonly Row[] = [
    ...told(facts.identity, "workspace", (who) => identityRows(who, nowMs)),
    ...told(facts.proxy, "proxy", proxyRows),
    ...told(facts.agents, "agents", agentRows),
    ...told(facts.models, "models", (models) => modelRows(models, nowMs)),
    ...told(facts.usage, "usage", usageRows),
    ...told(facts.skills, "skills", skillRows),
    ["profiles", facts.files["profiles"] ?? ""],
    ["settings", facts.files["settings"] ?? ""],
    ["log", facts.files["log"] ?? ""],
  ];
  const labels = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${fitted(label.padEnd(labels), text, width)}\n`).join("");
}

function told<T>({ value, error }: Part<T>, label: string, rows: (value: T) => readonly Row[]): readonly Row[] {
  if (error === undefined) return rows(value as T);
  return [
    [label, `error: ${redact(error.message)}`],
    ...(error.hint === undefined ? [] : [["", redact(error.hint)] as const]),
  ];
}

function identityRows({ profile, host, authType, user, signedIn, expiresAtMs }: Identity, nowMs: number): Row[] {
  const how = [
    ...(user === undefined ? [] : [user]),
    ...(authType === undefined ? [] : [`by ${authType}`]),
    ...(signedIn === undefined && expiresAtMs !== undefined && expiresAtMs <= nowMs
      ? ["the token is renewed when needed"]
      : []),
  ].join(", ");
  const sign = { true: "works", false: "does not work: mortar auth login", undefined: "not asked; --check asks" };
  return [
    ["profile", profile],
    ["workspace", host ?? "none; mortar auth login sets one"],
    ...(host === undefined
      ? []
      : [["signed in", `${how === "" ? "" : `${how}; `}${sign[String(signedIn) as keyof typeof sign]}`] as const]),
  ];
}

function proxyRows(state: ProxyState): Row[] {
  const { running, url, pid, version, sessions, inFlight, serviceFile, settingsTrouble } = state;
  const service = serviceFile === undefined ? "" : ", as a service";
  if (!running)
    return [["proxy", `not running; agents start it${serviceFile === undefined ? "" : " (its service is installed)"}`]];
  const busy = inFlight === 0 ? "" : `, ${inFlight} ${inFlight === 1 ? "request" : "requests"} under way`;
  const list = sessions.map(({ agent, pid: own, profile }) => `${agent} ${own} (${profile})`);
  return [
    ["proxy", `${url}, process ${pid}, version ${version}${service}${busy}`],
    ["sessions", list.length === 0 ? "none" : list.join(", ")],
    ...(settingsTrouble === undefined
      ? []
      : [["settings", `${settingsTrouble}; the proxy goes by what was set before`] as const]),
  ];
}

function agentRows(agents: readonly AgentState[]): Row[] {
  const found = agents.filter(({ path }) => path !== undefined);
  if (found.length === 0) return [["agents", "none found on this machine; mortar setup offers to install one"]];
  return found.map((agent, index): Row => {
    const { title, version } = agent;
    const name = version === undefined ? title : `${title} ${version}`;
    return [index === 0 ? "agents" : "", `${name} (${howWords(agent)})`];
  });
}

function howWords({ hooks, mode, server, hasModels }: AgentState): string {
  if (hooks) return "hooks";
  if (mode === undefined) return "not set up: mortar setup";
  const tools = server === undefined || server === serverName ? "" : `, tools as ${server}`;
  return `${hasModels ? `set up, ${modeWords[mode] ?? mode}` : "set up, with tools; its models are its maker's"}${tools}`;
}

const modeWords: Readonly<Record<string, string>> = {
  proxy: "models through the proxy",
  helper: "models by the credential helper",
  wrapper: "models by mortar's own command",
};

function skillRows({ count, folders }: SkillState): Row[] {
  if (count === 0) return [["skills", "none installed; mortar skills install does"]];
  const places = folders.map((one) => one.folder).join(", ");
  return [["skills", `${count} in ${places}`]];
}

function modelRows(models: ModelState | undefined, nowMs: number): Row[] {
  if (models === undefined) return [["models", "not asked yet; mortar models list asks"]];
  const seen = `${models.count} seen ${ageWords(nowMs - models.askedAtMs)}`;
  const rows = models.roles.map(({ role, model, pinned }): Row => [
    "",
    `${role.padEnd(6)} ${model}${pinned ? " (pinned)" : ""}`,
  ]);
  return [["models", seen], ...rows];
}

function usageRows({ today, week, budget }: UsageState): Row[] {
  const limit = budget === undefined ? "" : ` of $${budget.dailyUsd.toFixed(2)} a day`;
  const unpriced = [...new Set([...today.unpriced, ...week.unpriced])];
  return [
    ["today", `${sumWords(today)}${limit}`],
    ["7 days", sumWords(week)],
    ...(unpriced.length === 0 ? [] : [["", `without a price: ${unpriced.join(", ")}`] as const]),
  ];
}

function sumWords({ requests, input, output, cacheRead, cacheWrite, cost }: UsageSum): string {
  if (requests === 0) return "nothing used, $0.00";
  const read = input + cacheRead + cacheWrite;
  return `$${(cost ?? 0).toFixed(2)}, ${countWords(requests)} ${requests === 1 ? "request" : "requests"}, ${countWords(read)} tokens in, ${countWords(output)} out`;
}

/** `950`, `12.3k`, `4.5M`. */
export function countWords(count: number): string {
  if (count < 1_000) return String(count);
  return count < 1_000_000 ? `${(count / 1_000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}

function ageWords(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 2) return "just now";
  if (minutes < 120) return `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${Math.round(hours / 24)} days ago`;
}

/** The end of what is too long is left out: --json has all of it. */
function fitted(label: string, text: string, width: number): string {
  const line = `${label}  ${printable(text)}`.trimEnd();
  return line.length <= width ? line : `${line.slice(0, Math.max(1, width - 3))}...`;
}
