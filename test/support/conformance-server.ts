// A server for the protocol's conformance suite: what the suite asks for by name, behind our own HTTP edge, with our own
// sessions, admission and skills. It is in no product.
import {
  acceptedContent,
  createRequestStateCodec,
  inputRequired,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ResourceNotFoundError,
  Server,
  type GetPromptResult,
  type InputRequiredResult,
  type ReadResourceResult,
  type ServerContext,
  type Tool,
} from "@modelcontextprotocol/server";
import { serveHttp, type HttpServer } from "../../src/mcp/http/serve-http.ts";
import type { CallRequest } from "../../src/mcp/call.ts";
import { registerSkills } from "../../src/mcp/offers.ts";
import { skillResources } from "../../src/mcp/skills/listed.ts";
import { listSkills, readSkillFile } from "../../src/mcp/skills/methods.ts";
import type { ServerParts } from "../../src/mcp/server.ts";
import { asTask } from "../../src/mcp/tasks/as-task.ts";
import { registerTasks, takesTasks } from "../../src/mcp/tasks/task-methods.ts";
import { selectTools } from "../../src/tools/selection.ts";
import { testDeps } from "../../src/tools/testing.ts";
import { fixtureTools, pixel } from "./conformance-tools.ts";

const invalidParams = -32_602;
const minute = { ttlMs: 60_000, cacheScope: "private" } as const;
const codec = createRequestStateCodec({ key: crypto.getRandomValues(new Uint8Array(32)) });

/** The fixture on a port of its own. Any bearer token lets in. */
export function serveFixture(): HttpServer {
  return serveHttp({
    deps: testDeps(),
    version: "1.0.0",
    selection: selectTools(),
    open: () => ({ open: () => Promise.reject(new Error("no workspace")), forget: () => undefined }),
    admission: { hosts: ["127.0.0.1", "localhost", "::1"], origins: [], key: undefined, forwarded: undefined },
    address: "127.0.0.1",
    port: 0,
    workspaceHost: undefined,
    build: fixture,
    mirrored: (tool) => fixtureTools.find(({ name }) => name === tool)?.mirrored,
  });
}

function fixture(parts: ServerParts): Server {
  const server = new Server(
    { name: "conformance-fixture", version: "1.0.0" },
    {
      capabilities: { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {}, logging: {} },
      requestState: { verify: (state, context) => codec.verify(state, context) },
      cacheHints: {
        "tools/list": minute,
        "prompts/list": minute,
        "resources/list": minute,
        "resources/templates/list": minute,
        "resources/read": minute,
        "server/discover": minute,
      },
    },
  );
  registerTools(server, parts);
  registerResources(server);
  registerPrompts(server);
  registerSkills(server);
  // A part of a list is allowed, and the suite looks at the first: one with a folder inside.
  const schemas = { params: { "~standard": { version: 1, vendor: "test", validate: () => ({ value: {} }) } } } as const;
  server.setRequestHandler("skills/list", schemas, async () => {
    const { skills } = await listSkills({});
    return { skills: skills.filter(({ resources: files }) => files.length > 1), ...minute };
  });
  server.setRequestHandler("completion/complete", ({ params: { argument } }) => {
    const values = ["paris", "park", "party", "test"].filter((value) => value.startsWith(argument.value));
    return { completion: { values, total: values.length, hasMore: false } };
  });
  return server;
}

function registerTools(server: Server, { around, running }: ServerParts): void {
  const { clock } = around.deps;
  const { tasks } = around.session;
  registerTasks(server, { clock, tasks });
  server.setRequestHandler("tools/list", () => ({
    tools: fixtureTools.map(({ name, inputSchema }) => ({ name, description: `For ${name}`, inputSchema })) as Tool[],
  }));
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const tool = fixtureTools.find(({ name }) => name === params.name);
    if (tool === undefined) throw new ProtocolError(invalidParams, `Unknown tool: ${params.name}`);
    const call = async (request: CallRequest) =>
      tool.run(params.arguments ?? {}, { ...context, mcpReq: request }, (state) => codec.mint(state, context));
    const takes = takesTasks(context.mcpReq);
    if (tool.task === "required" && !takes) {
      const requiredCapabilities = { extensions: { "io.modelcontextprotocol/tasks": {} } };
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities });
    }
    if (tool.task === undefined || !takes) return await call(context.mcpReq);
    const track = (one: Promise<unknown>): void => void running.add(one);
    return await asTask(context.mcpReq, { clock, tasks, track, patienceMs: 0 }, call);
  });
}

const resources = [
  { uri: "test://static-text", name: "static-text", description: "Text", mimeType: "text/plain" },
  { uri: "test://static-binary", name: "static-binary", description: "A picture", mimeType: "image/png" },
  { uri: "test://watched-resource", name: "watched-resource", description: "Watched", mimeType: "text/plain" },
];

function registerResources(server: Server): void {
  const watched = new Set<string>();
  server.setRequestHandler("resources/list", () => ({ resources: [...resources, ...skillResources()] }));
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: [
      { uriTemplate: "test://template/{id}/data", name: "template", description: "Data", mimeType: "application/json" },
    ],
  }));
  server.setRequestHandler("resources/read", async ({ params: { uri } }) =>
    uri.startsWith("skill://") ? await readSkillFile(uri) : readFixture(uri),
  );
  server.setRequestHandler("resources/subscribe", ({ params: { uri } }) => {
    watched.add(uri);
    return {};
  });
  server.setRequestHandler("resources/unsubscribe", ({ params: { uri } }) => {
    watched.delete(uri);
    return {};
  });
}

function readFixture(uri: string): ReadResourceResult {
  const mimeType = "text/plain";
  if (uri === "test://static-text") {
    return { contents: [{ uri, mimeType, text: "This is the content of the static text resource." }] };
  }
  if (uri === "test://watched-resource") return { contents: [{ uri, mimeType, text: "Watched" }] };
  if (uri === "test://static-binary") return { contents: [{ uri, mimeType: "image/png", blob: pixel }] };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id === undefined) throw new ResourceNotFoundError(uri);
  const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
  return { contents: [{ uri, mimeType: "application/json", text }] };
}

interface FixturePrompt {
  readonly name: string;
  readonly takes: readonly string[];
  get(args: Readonly<Record<string, string>>, context: ServerContext): GetPromptResult | InputRequiredResult;
}

const user = <Content>(content: Content) => ({ role: "user" as const, content });
const words = (text: string) => user({ type: "text" as const, text });

const prompts: readonly FixturePrompt[] = [
  {
    name: "test_simple_prompt",
    takes: [],
    get: () => ({ messages: [words("This is a simple prompt for testing.")] }),
  },
  {
    name: "test_prompt_with_arguments",
    takes: ["arg1", "arg2"],
    get: ({ arg1, arg2 }) => ({ messages: [words(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }),
  },
  {
    name: "test_prompt_with_embedded_resource",
    takes: ["resourceUri"],
    get: ({ resourceUri: uri = "" }) => {
      const resource = { uri, mimeType: "text/plain", text: "Embedded resource content for testing." };
      return {
        messages: [user({ type: "resource" as const, resource }), words("Please process the embedded resource above.")],
      };
    },
  },
  {
    name: "test_prompt_with_image",
    takes: [],
    get: () => ({
      messages: [
        user({ type: "image" as const, data: pixel, mimeType: "image/png" }),
        words("Please analyze the image above."),
      ],
    }),
  },
  {
    name: "test_input_required_result_prompt",
    takes: [],
    get: (_args, { mcpReq }) => {
      const given = acceptedContent(mcpReq.inputResponses, "user_context")?.["context"];
      if (typeof given === "string") return { messages: [words(given)] };
      const requestedSchema = {
        type: "object" as const,
        properties: { context: { type: "string" as const } },
        required: ["context"],
      };
      const message = "What context should the prompt use?";
      return inputRequired({ inputRequests: { user_context: inputRequired.elicit({ message, requestedSchema }) } });
    },
  },
];

function registerPrompts(server: Server): void {
  server.setRequestHandler("prompts/list", () => ({
    prompts: prompts.map(({ name, takes }) => ({
      name,
      description: `For ${name}`,
      arguments: takes.map((argument) => ({ name: argument, description: argument, required: true })),
    })),
  }));
  server.setRequestHandler("prompts/get", ({ params }, context) => {
    const prompt = prompts.find(({ name }) => name === params.name);
    if (prompt === undefined) throw new ProtocolError(invalidParams, `Unknown prompt: ${params.name}`);
    return prompt.get(params.arguments ?? {}, context);
  });
}
