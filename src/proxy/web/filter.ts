// The filter `web-tools`: Anthropic's server tools for searching and fetching, run here, for workspaces that do not offer them.
import type { Deps } from "../../platform/deps.ts";
import type { Exchange, Filter, ModelRequest } from "../types.ts";
import type { Network } from "./fetch/guard.ts";
import type { DocumentReader } from "./fetch/document.ts";
import type { Search } from "./runner.ts";
import type { WebSettings } from "./settings.ts";

/** What tests, and whoever sends requests of their own, put in the place of what is usual. */
export interface WebToolsOptions {
  /** Sends a request of another dialect for the search by a model of the workspace. */
  readonly send?: ((exchange: Exchange, request: ModelRequest) => Promise<Response>) | undefined;
  /** The model that searches, where none is set. */
  readonly model?: ((exchange: Exchange, signal: AbortSignal) => Promise<string>) | undefined;
  readonly search?: Search | undefined;
  readonly network?: Network | undefined;
  readonly read?: DocumentReader | undefined;
  /** Certificates to trust beside the system's, in PEM. */
  readonly ca?: string | undefined;
}

export const webToolsName = "web-tools";

/**
 * Makes the filter. `settings` gives those of now: it is asked for every request. The filter is to stand outside of those
 * that count tokens, learn fields and meter usage, for each request of a turn has to pass them. All that it needs beside
 * its settings is loaded when the first request needs it.
 */
export function webTools(deps: Deps, settings: () => WebSettings, options: WebToolsOptions = {}): Filter {
  let opening: Promise<{ handle: Filter["handle"] }> | undefined;
  const open = async (): Promise<{ handle: Filter["handle"] }> => {
    const { openWebTools } = await import("./handle.ts");
    return openWebTools(deps, settings, options);
  };
  return {
    name: webToolsName,
    summary: "Searches the web and fetches pages for agents, where that is switched on",
    byDefault: true,
    applies: ({ dialect }, { method, path, body }) =>
      settings().enabled &&
      dialect.name === "anthropic" &&
      method === "POST" &&
      paths.has(path) &&
      body instanceof Uint8Array &&
      mentionsWebTools(body),
    handle: async (exchange, request, next) => {
      opening ??= open();
      const { handle } = await opening;
      return handle(exchange, request, next);
    },
  };
}

const paths = new Set(["/v1/messages", "/v1/messages/count_tokens"]);

/** The tools themselves, and what they have left in a conversation. That a text speaks of them is found out later. */
const marks = ['"web_search_', '"web_fetch_', '"server_tool_use"'].map((mark) => Buffer.from(mark));

function mentionsWebTools(body: Uint8Array): boolean {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return marks.some((mark) => buffer.includes(mark));
}
