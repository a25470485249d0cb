// The tools over MCP on the app's own server, each request as its caller; and what looks at it from outside.
import { createEndpoint } from "../../mcp/http/endpoint.ts";
import { skillCatalog } from "../../skills/catalog.ts";
import type { WorkspaceSource } from "../../tools/open-workspace.ts";
import type { Caller } from "./caller.ts";
import { jsonHeaders, pageHeaders } from "./headers.ts";
import type { AppParts } from "./parts.ts";
import { plainPage } from "./plain-page.ts";
import { notFound, refusalOf } from "./refusals.ts";

export interface AppMcp {
  /** Answers requests at and below `/mcp`. Throws what is to be refused. Calls `unlimited` when who asks is known. */
  answer(request: Request, url: URL, unlimited: () => void): Promise<Response>;
  close(): Promise<void>;
}

type Parts = Pick<AppParts, "deps" | "version" | "identity" | "selection">;

const serverName = "mortar";
const mostUsers = 1_000;

export function createAppMcp(parts: Parts): AppMcp {
  const { deps, version, identity, selection } = parts;
  // What proves a caller here is his name: it was proved before. In the order of their last call.
  const sources = new Map<string, WorkspaceSource>();
  const endpoint = createEndpoint({ deps, version, selection, open: (user) => sourceOf(sources, user) });
  return {
    answer: async (request, url, unlimited) => {
      // The platform asks whether it is up; nothing else is told without a sign-in.
      if (url.pathname === "/mcp/health") return Response.json(health(parts), { headers: jsonHeaders });
      const caller = await identity.callerOf(request);
      if (url.pathname !== "/mcp") return beside(parts, request, url);
      if (request.method === "GET" && !accepts(request, "text/event-stream")) return about(parts);
      // A call may be silent for minutes.
      unlimited();
      remember(sources, caller);
      return await endpoint.answer(request, caller.user);
    },
    close: () => endpoint.close(),
  };
}

function remember(sources: Map<string, WorkspaceSource>, { user, access }: Caller): void {
  sources.delete(user);
  sources.set(user, access.source);
  for (const oldest of sources.keys()) if (sources.size > mostUsers) sources.delete(oldest);
}

function sourceOf(sources: ReadonlyMap<string, WorkspaceSource>, user: string): WorkspaceSource {
  const source = sources.get(user);
  if (source === undefined) throw notFound("session");
  return source;
}

function accepts({ headers }: Request, type: string): boolean {
  return headers.get("accept")?.toLowerCase().includes(type) === true;
}

function health({ selection, version }: Parts) {
  return {
    status: "healthy",
    server: serverName,
    version,
    tools_count: selection.entries.length,
    skills_count: skillCatalog.length,
    mcp_endpoint: "/mcp",
  };
}

/** What a person sees who opens the address, or a client that does not speak the protocol. */
function about({ version }: Parts): Response {
  const answer = { name: serverName, version, transport: "streamable-http", info: "/mcp/info", tools: "/mcp/tools" };
  return Response.json(answer, { headers: jsonHeaders });
}

function beside({ selection, version }: Parts, { method }: Request, { pathname }: URL): Response {
  if (method !== "GET") return refusalOf(405, { code: "invalid_input", message: "This route takes GET" });
  if (pathname === "/mcp/tools") {
    const tools = selection.entries.map(({ name, title }) => ({ name, description: title }));
    return Response.json({ tools, count: tools.length }, { headers: jsonHeaders });
  }
  if (pathname === "/mcp/skills") {
    const skills = skillCatalog.map(({ name, description }) => ({ name, description }));
    return Response.json({ skills, count: skills.length }, { headers: jsonHeaders });
  }
  if (pathname === "/mcp/info") return info(version, selection.entries.length);
  throw notFound("route");
}

function info(version: string, tools: number): Response {
  const body = `<h1>Tools over MCP</h1>
<p>Mortar ${Bun.escapeHTML(version)} serves ${tools} tools at <code>/mcp</code> of this address (streamable HTTP). Each call acts as whoever makes it.</p>
<p><a href="/mcp/tools">The tools</a>, <a href="/mcp/skills">the skills</a>, <a href="/docs">the routes of the app</a></p>`;
  return new Response(plainPage("Tools over MCP", body), {
    headers: { ...pageHeaders, "content-type": "text/html; charset=utf-8" },
  });
}
