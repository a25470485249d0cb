// What the server offers beside tools: resources, prompts, completion of their arguments, and skills. Each is loaded when it
// is first asked for.
import type { CacheHint, Server, ServerContext, StandardSchemaV1 } from "@modelcontextprotocol/server";
import type { CallSurroundings } from "./call.ts";

const hourMs = 3_600_000;
const oneHour: CacheHint = { ttlMs: hourMs, cacheScope: "private" };

/** How long a client may keep what each of the methods gives. */
export const offerHints = {
  "prompts/list": oneHour,
  "resources/templates/list": oneHour,
  "resources/list": { ttlMs: 60_000, cacheScope: "private" },
} as const;

const skillsExtension = "io.modelcontextprotocol/skills";

/** Declares all of it on a server that is not connected yet. */
export function registerOffers(server: Server, around: CallSurroundings): void {
  server.registerCapabilities({
    resources: {},
    prompts: {},
    completions: {},
  });
  registerResources(server, around);
  registerSkills(server);
  server.setRequestHandler("prompts/list", async () => {
    const { listPrompts } = await import("./prompts/prompts.ts");
    return { prompts: listPrompts(around.selection) };
  });
  server.setRequestHandler("prompts/get", async ({ params }, { mcpReq }) => {
    const { getPrompt } = await import("./prompts/get.ts");
    return await getPrompt(around, params, mcpReq);
  });
  server.setRequestHandler("completion/complete", async ({ params }, { mcpReq }) => {
    const { complete } = await import("./completion/complete.ts");
    return { completion: await complete(around, params, mcpReq) };
  });
}

function registerResources(server: Server, around: CallSurroundings): void {
  server.setRequestHandler("resources/list", async ({ params }, { mcpReq }) => {
    const { listResources } = await import("./resources/list.ts");
    return await listResources(around, params, mcpReq);
  });
  server.setRequestHandler("resources/templates/list", async () => {
    const { listTemplates } = await import("./resources/templates.ts");
    return { resourceTemplates: listTemplates(around.selection) };
  });
  server.setRequestHandler("resources/read", async ({ params: { uri } }, { mcpReq }) => {
    if (uri.startsWith("skill://")) {
      const { readSkillFile } = await import("./skills/methods.ts");
      return { ...(await readSkillFile(uri)), ...oneHour };
    }
    const { readResource } = await import("./resources/read.ts");
    return await readResource(around, uri, mcpReq);
  });
}

/** Declares the skills extension and its methods. */
export function registerSkills(server: Server): void {
  server.registerCapabilities({ extensions: { [skillsExtension]: { directoryRead: true } } });
  const methods = {
    "skills/list": async (params: Params) => (await import("./skills/methods.ts")).listSkills(params),
    "skills/get": async (params: Params) => (await import("./skills/methods.ts")).getSkill(params),
    "resources/directory/read": async (params: Params) =>
      (await import("./skills/methods.ts")).readSkillDirectory(params),
  };
  for (const [method, answer] of Object.entries(methods)) {
    server.setRequestHandler(method, { params: anyParams }, async (params, context) => ({
      ...(await answer(params)),
      ...cacheFields(context),
    }));
  }
}

/** The older era knows no such fields. */
function cacheFields({ mcpReq }: ServerContext): Partial<CacheHint> {
  return mcpReq.envelope === undefined ? {} : oneHour;
}

type Params = Readonly<Record<string, unknown>>;

/** The methods check what they take: their errors say what is wrong. */
const anyParams: StandardSchemaV1<unknown, Params> = {
  "~standard": {
    version: 1,
    vendor: "mortar",
    validate: (value) => ({ value: typeof value === "object" && value !== null ? (value as Params) : {} }),
  },
};
