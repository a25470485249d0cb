// Agents that are made without code: knowledge assistants and supervisor agents, API 2.1.
// https://docs.databricks.com/api/workspace/knowledgeassistants https://docs.databricks.com/api/workspace/supervisoragents
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { objects, requiredText, text } from "../../workspace/fields.ts";
import { collect, pagesOf } from "../../workspace/pages.ts";
import { segment } from "../../workspace/query.ts";
import type { ToolContext } from "../define.ts";

type Around = Pick<ToolContext, "workspace" | "signal">;

export const families = { assistant: "knowledge-assistants", supervisor: "supervisor-agents" } as const;
export type AgentKind = keyof typeof families;
/** What hangs on an agent. */
export type Part = "knowledge-sources" | "tools" | "examples";

export const kindOf = (name: string): AgentKind => (name.startsWith(families.supervisor) ? "supervisor" : "assistant");

/** `knowledge-assistants/ID` or `supervisor-agents/ID`. Throws `invalid_input` for anything else. */
export function checkAgent(name: string): string {
  if (/^(?:knowledge-assistants|supervisor-agents)\/[^/\s]+$/.test(name)) return name;
  throw new MortarError("invalid_input", `${JSON.stringify(name.slice(0, 200))} is not the name of an agent`, {
    hint: "`list_agents` gives names such as knowledge-assistants/ID and supervisor-agents/ID.",
  });
}

/** The same, where it has to be of one kind. */
export function checkKind(name: string, kind: AgentKind): string {
  if (kindOf(checkAgent(name)) === kind) return name;
  const what = kind === "assistant" ? "knowledge assistant" : "supervisor agent";
  throw new MortarError("invalid_input", `${name} is not a ${what}`, { hint: "`list_agents` shows which is which." });
}

function pathOf(name: string): `/${string}` {
  const parts = name.split("/").map((part) => segment(part, "name of an agent"));
  return `/api/2.1/${parts.join("/")}`;
}

/** All pages of what is below `parent`, or of the agents of a kind. */
async function all({ workspace, signal }: Around, path: `/${string}`, field: string): Promise<readonly JsonObject[]> {
  const pages = pagesOf(workspace.client, (token) => ({ method: "GET", path, query: { page_token: token }, signal }));
  return (await collect(pages, (page) => objects(page, field))).items;
}

export function listOf(context: Around, kind: AgentKind): Promise<readonly JsonObject[]> {
  return all(context, `/api/2.1/${families[kind]}`, families[kind].replace("-", "_"));
}

export function partsOf(context: Around, agent: string, part: Part): Promise<readonly JsonObject[]> {
  return all(context, `${pathOf(agent)}/${part}`, part.replace("-", "_"));
}

export async function agentOf({ workspace, signal: caller }: Around, name: string, signal?: AbortSignal) {
  return await workspace.client.json({ method: "GET", path: pathOf(name), signal: signal ?? caller });
}

export async function createAgent({ workspace, signal }: Around, kind: AgentKind, body: object): Promise<JsonObject> {
  return await workspace.client.json({ method: "POST", path: `/api/2.1/${families[kind]}`, body, signal });
}

export async function createPart(
  { workspace, signal }: Around,
  agent: string,
  { part, body, query }: { readonly part: Part; readonly body: object; readonly query?: { readonly tool_id: string } },
): Promise<JsonObject> {
  const path: `/${string}` = `${pathOf(agent)}/${part}`;
  return await workspace.client.json({ method: "POST", path, query, body, signal });
}

/** The mask names fields as the API does: display_name. */
export async function updateAgent({ workspace, signal }: Around, name: string, body: object): Promise<JsonObject> {
  const query = { update_mask: Object.keys(body).join(",") };
  return await workspace.client.json({ method: "PATCH", path: pathOf(name), query, body, signal });
}

/** An agent, or a part of one, by its whole name. */
export async function removeNamed({ workspace, signal }: Around, name: string): Promise<void> {
  await workspace.client.run({ method: "DELETE", path: pathOf(name), signal });
}

export async function syncSources({ workspace, signal }: Around, agent: string): Promise<void> {
  const path: `/${string}` = `${pathOf(agent)}/knowledge-sources:sync`;
  await workspace.client.run({ method: "POST", path, body: {}, idempotent: true, signal });
}

/** READY or NOT_READY of the endpoint that answers for the agent; undefined where there is none that this user can see. */
export async function endpointState({ workspace, signal }: Around, endpoint: string | undefined) {
  if (endpoint === undefined) return undefined;
  try {
    const path: `/${string}` = `/api/2.0/serving-endpoints/${segment(endpoint, "name of an endpoint")}`;
    const state = (await workspace.client.json({ method: "GET", path, signal }))["state"];
    return typeof state === "object" && state !== null && !Array.isArray(state) ? text(state, "ready") : undefined;
  } catch (thrown) {
    if (thrown instanceof MortarError && ["not_found", "unsupported", "permission_denied"].includes(thrown.code))
      return undefined;
    throw thrown;
  }
}

export const nameOf = (wire: JsonObject): string => requiredText(wire, "name");
