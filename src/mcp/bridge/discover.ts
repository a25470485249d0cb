// The servers that a workspace says it has, as far as its lists tell: Genie spaces, MCP services, connections, apps.
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import type { Client } from "../../workspace/client.ts";
import { object, objects, text } from "../../workspace/fields.ts";
import { pagesOf } from "../../workspace/pages.ts";

export interface FoundServer {
  /** What the bridge takes. */
  readonly server: string;
  readonly about: string;
}

export interface Discovery {
  readonly servers: readonly FoundServer[];
  /** Lists that could not be read, and why. */
  readonly failed: readonly { readonly list: string; readonly why: string }[];
}

interface List {
  readonly name: string;
  readonly path: `/${string}`;
  readonly field: string;
  readonly pageSize: { readonly [key: string]: number };
  readonly read: (item: JsonObject) => FoundServer | undefined;
}

/** Every workspace has these. */
const always: readonly FoundServer[] = [
  { server: "sql", about: "SQL on the workspace's warehouses" },
  { server: "genie", about: "Genie over all of your data" },
  { server: "functions:system.ai", about: "Functions that Databricks ships, such as python_exec" },
];

const lists: readonly List[] = [
  {
    name: "Genie spaces",
    path: "/api/2.0/genie/spaces",
    field: "spaces",
    pageSize: { page_size: 100 },
    read: (item) => found("genie", text(item, "space_id"), text(item, "title")),
  },
  {
    name: "MCP services",
    path: "/api/2.1/unity-catalog/mcp-services",
    field: "mcp_services",
    pageSize: {},
    read: (item) => found("service", text(item, "name")?.replace(/^mcp-services\//, ""), text(item, "comment")),
  },
  {
    name: "connections",
    path: "/api/2.1/unity-catalog/connections",
    field: "connections",
    pageSize: {},
    read: (item) => {
      const isMcp = text(object(item, "options") ?? {}, "is_mcp_connection") === "true";
      return isMcp ? found("connection", text(item, "name"), text(item, "comment")) : undefined;
    },
  },
  {
    // By Databricks' own convention.
    name: "apps",
    path: "/api/2.0/apps",
    field: "apps",
    pageSize: { page_size: 100 },
    read: (item) => {
      const name = text(item, "name");
      return name?.startsWith("mcp-") === true ? found("app", name, text(item, "description")) : undefined;
    },
  },
];

/** Never throws but for the caller's abort and a sign-in that is none: a list that is not there is named. */
export async function discoverServers(client: Client, signal: AbortSignal): Promise<Discovery> {
  const failed: { list: string; why: string }[] = [];
  const read = lists.map(async (list) => {
    try {
      return await itemsOf(client, list, signal);
    } catch (thrown) {
      if (signal.aborted || (thrown instanceof MortarError && thrown.exit === 3)) throw thrown;
      failed.push({ list: list.name, why: thrown instanceof Error ? thrown.message : String(thrown) });
      return [];
    }
  });
  return { servers: [...always, ...(await Promise.all(read)).flat()], failed };
}

async function itemsOf(client: Client, list: List, signal: AbortSignal): Promise<readonly FoundServer[]> {
  const pages = pagesOf(client, (token) => {
    return { method: "GET", path: list.path, query: { ...list.pageSize, page_token: token }, signal };
  });
  const all: FoundServer[] = [];
  for await (const page of pages) {
    for (const item of objects(page, list.field)) {
      const server = list.read(item);
      if (server !== undefined) all.push(server);
    }
  }
  return all;
}

function found(kind: string, name: string | undefined, about: string | undefined): FoundServer | undefined {
  return name === undefined || name === "" ? undefined : { server: `${kind}:${name}`, about: about ?? "" };
}
