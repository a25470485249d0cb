// Resources and prompts of the servers behind the bridge, in one list each. A name that two have is asked of the first.
import { ProtocolError, ResourceNotFoundError, type Server } from "@modelcontextprotocol/server";
import type { Client } from "@modelcontextprotocol/client";
import { isAbort, MortarError } from "../../platform/errors.ts";
import type { Upstream } from "./upstream.ts";

type Offer = "resources" | "prompts";

export function registerReading(server: Server, upstreams: readonly Upstream[]): void {
  server.setRequestHandler("resources/list", async (_request, { mcpReq: { signal } }) => {
    const lists = await listed(
      upstreams,
      "resources",
      async (client) => (await client.listResources(undefined, { signal })).resources,
    );
    return { resources: unique(lists, ({ uri }) => uri) as never };
  });
  server.setRequestHandler("resources/templates/list", async (_request, { mcpReq: { signal } }) => {
    const lists = await listed(
      upstreams,
      "resources",
      async (client) => (await client.listResourceTemplates(undefined, { signal })).resourceTemplates,
    );
    return { resourceTemplates: unique(lists, ({ uriTemplate }) => uriTemplate) as never };
  });
  server.setRequestHandler("resources/read", async ({ params: { uri } }, { mcpReq: { signal } }) => {
    const read = await first(upstreams, "resources", (client) =>
      client.readResource({ uri }, { signal, cacheMode: "bypass" }),
    );
    if (read === undefined) throw new ResourceNotFoundError(uri, "None of the servers has it");
    return read as never;
  });
  server.setRequestHandler("prompts/list", async (_request, { mcpReq: { signal } }) => {
    const lists = await listed(
      upstreams,
      "prompts",
      async (client) => (await client.listPrompts(undefined, { signal })).prompts,
    );
    return { prompts: unique(lists, ({ name }) => name) as never };
  });
  server.setRequestHandler("prompts/get", async ({ params }, { mcpReq: { signal } }) => {
    const { name, arguments: given } = params;
    const wanted = { name, ...(given === undefined ? {} : { arguments: given }) };
    const got = await first(upstreams, "prompts", (client) => client.getPrompt(wanted, { signal }));
    if (got === undefined) throw new ProtocolError(-32_602, `Unknown prompt: ${name}`);
    return got as never;
  });
}

/** Of each server that has them; one that fails has none just now. */
async function listed<T>(
  upstreams: readonly Upstream[],
  offer: Offer,
  list: (client: Client) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const lists = upstreams.map(async (one) => {
    if (one.failure() !== undefined) return [];
    return await one.use(async (client) => (has(client, offer) ? await list(client) : [])).catch(() => []);
  });
  return (await Promise.all(lists)).flat();
}

/** What the first gives that has it. A server that is away is passed over; an abort ends it. */
async function first<T>(
  upstreams: readonly Upstream[],
  offer: Offer,
  get: (client: Client) => Promise<T>,
): Promise<T | undefined> {
  let failed: unknown;
  for (const one of upstreams.filter(({ failure }) => failure() === undefined)) {
    try {
      const got = await one.use(async (client) => (has(client, offer) ? await get(client) : undefined));
      if (got !== undefined) return got;
    } catch (thrown) {
      if (isAbort(thrown)) throw thrown;
      failed ??= thrown;
    }
  }
  if (failed instanceof MortarError) throw new ProtocolError(-32_603, failed.message);
  return undefined;
}

function has(client: Client, offer: Offer): boolean {
  return client.getServerCapabilities()?.[offer] !== undefined;
}

function unique<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.toReversed().map((item) => [key(item), item])).values()].toReversed();
}
