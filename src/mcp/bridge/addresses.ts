// Where a server is: below the workspace, or an app that the workspace has named. Nobody else gets a token.
import { requireSecure } from "../../auth/host.ts";
import { MortarError } from "../../platform/errors.ts";
import type { Client } from "../../workspace/client.ts";
import { objects, text } from "../../workspace/fields.ts";
import { pagesOf } from "../../workspace/pages.ts";
import { segment } from "../../workspace/query.ts";
import type { ServerWord } from "./words.ts";

const apps = "/api/2.0/apps";
/** Where an app of Databricks' own samples serves MCP. */
const appPath = "/mcp";

/** The server's address. Throws `usage` for a host that is neither the workspace nor an app of it, and what asking throws. */
export async function addressOf({ word, place }: ServerWord, client: Client, signal: AbortSignal): Promise<URL> {
  if (place.kind === "path") return new URL(`${client.host}${place.path}`);
  if (place.kind === "app") return await appAddress(client, place.name, signal);
  const { url } = place;
  requireSecure(url.href, "MCP server");
  if (url.origin === new URL(client.host).origin) return url;
  const origins = await appOrigins(client, signal);
  if (origins.has(url.origin)) return url.pathname === "/" ? new URL(appPath, url) : url;
  throw new MortarError("usage", `${url.origin} is neither the workspace nor an app of it`, {
    hint: `No token is sent there. ${word} would have to be below ${client.host}, or the address of an app that this workspace lists.`,
  });
}

async function appAddress(client: Client, name: string, signal: AbortSignal): Promise<URL> {
  const app = await client.json({ method: "GET", path: `${apps}/${segment(name, "name of an app")}`, signal });
  const url = URL.parse(text(app, "url") ?? "");
  if (url === null) {
    throw new MortarError("invalid_state", `The app ${name} has no address yet`, {
      hint: "Deploy and start it first.",
    });
  }
  requireSecure(url.href, "app");
  return new URL(appPath, url);
}

async function appOrigins(client: Client, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const origins = new Set<string>();
  const pages = pagesOf(client, (token) => {
    return { method: "GET", path: apps, query: { page_size: 100, page_token: token }, signal };
  });
  for await (const page of pages) {
    for (const app of objects(page, "apps")) {
      const url = URL.parse(text(app, "url") ?? "");
      if (url !== null) origins.add(url.origin);
    }
  }
  return origins;
}
