// The workspace's managed MCP servers. https://docs.databricks.com/generative-ai/mcp/managed-mcp
import type { Call, Handler, Route } from "../http/route.ts";
import { functionsServer, searchServer, type SchemaPlace } from "../managed-mcp/catalog-servers.ts";
import { genieServer } from "../managed-mcp/genie-server.ts";
import { answerMessage, type ManagedServer } from "../managed-mcp/protocol.ts";
import { sqlServer } from "../managed-mcp/sql-server.ts";
import type { World } from "../world.ts";

const base = "/api/2.0/mcp";

type FindServer = (call: Call, world: World) => ManagedServer | Promise<ManagedServer>;

const answer =
  (find: FindServer): Handler =>
  async (call, world) =>
    await answerMessage(await find(call, world), call, world);

/** There is no stream of its own, and no session to end. */
const notAllowed: Handler = () => new Response(undefined, { status: 405, headers: { allow: "POST" } });

const placeOf = ({ params }: Call): SchemaPlace => ({
  catalog: params["catalog"] ?? "",
  schema: params["schema"] ?? "",
  name: params["name"] ?? "",
});

function server(path: string, find: FindServer): readonly Route[] {
  const pattern = `${base}/${path}`;
  return [
    { method: "POST", pattern, handler: answer(find) },
    { method: "GET", pattern, handler: notAllowed },
    { method: "DELETE", pattern, handler: notAllowed },
  ];
}

const functions: FindServer = (call, world) => functionsServer(world, placeOf(call));
const search: FindServer = (call, world) => searchServer(world, placeOf(call));

export const managedMcpRoutes: readonly Route[] = [
  ...server("sql", () => sqlServer),
  ...server("genie/{space}", (call, world) => genieServer(world, call.params["space"] ?? "")),
  ...server("functions/{catalog}/{schema}", functions),
  ...server("functions/{catalog}/{schema}/{name}", functions),
  ...["ai-search", "vector-search"].flatMap((kind) => [
    ...server(`${kind}/{catalog}/{schema}`, search),
    ...server(`${kind}/{catalog}/{schema}/{name}`, search),
  ]),
];
