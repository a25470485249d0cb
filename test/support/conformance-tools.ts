// The tools that the protocol's conformance suite asks a server for, by the names that it calls.
import {
  acceptedContent,
  inputRequired,
  inputResponse,
  type CallToolResult,
  type InputRequiredResult,
  type InputRequest,
  ProtocolError,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { CallRequest } from "../../src/mcp/call.ts";

type Outcome = CallToolResult | InputRequiredResult;
type Arguments = Readonly<Record<string, unknown>>;

/** What a tool gets of its request; `started` stands where the call may become a task. */
export type FixtureContext = Omit<ServerContext, "mcpReq"> & { readonly mcpReq: CallRequest };

export interface FixtureTool {
  readonly name: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** Arguments that have to stand in headers, too. */
  readonly mirrored?: Readonly<Record<string, string>>;
  /** Whether it becomes a task for clients that take tasks, and whether there is none for the others. */
  readonly task?: "possible" | "required";
  run(args: Arguments, context: FixtureContext, mint: Mint): Outcome | Promise<Outcome>;
}

/** Seals what a later round of the same call is to know. */
export type Mint = (state: unknown) => Promise<string>;

/** One red pixel. */
export const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
/** A WAV file of no samples. */
const silence = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

const nothing = { type: "object", properties: {} } as const;

function text(words: string): CallToolResult {
  return { content: [{ type: "text", text: words }] };
}

function tool(name: string, run: FixtureTool["run"], inputSchema: FixtureTool["inputSchema"] = nothing): FixtureTool {
  return { name, run, inputSchema };
}

function taking(property: string): FixtureTool["inputSchema"] {
  return { type: "object", properties: { [property]: { type: "string" } }, required: [property] };
}

function form(message: string, properties: Record<string, unknown>, required = Object.keys(properties)): InputRequest {
  const requestedSchema = { type: "object", properties, required } as never;
  return inputRequired.elicit({ message, requestedSchema });
}

function question(words: string, maxTokens = 100): InputRequest {
  return inputRequired.createMessage({
    messages: [{ role: "user", content: { type: "text", text: words } }],
    maxTokens,
  });
}

/** The words of a sampled answer, or undefined while there is none. */
function sampled({ mcpReq }: FixtureContext, key: string): string | undefined {
  const view = inputResponse(mcpReq.inputResponses, key);
  if (view.kind !== "sampling") return undefined;
  const blocks = Array.isArray(view.result.content) ? view.result.content : [view.result.content];
  return blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
}

const contents: readonly FixtureTool[] = [
  tool("test_simple_text", () => text("This is a simple text response for testing.")),
  tool("test_image_content", () => ({ content: [{ type: "image", data: pixel, mimeType: "image/png" }] })),
  tool("test_audio_content", () => ({ content: [{ type: "audio", data: silence, mimeType: "audio/wav" }] })),
  tool("test_embedded_resource", () => ({
    content: [
      {
        type: "resource",
        resource: {
          uri: "test://embedded-resource",
          mimeType: "text/plain",
          text: "This is an embedded resource content.",
        },
      },
    ],
  })),
  tool("test_multiple_content_types", () => ({
    content: [
      { type: "text", text: "Multiple content types test:" },
      { type: "image", data: pixel, mimeType: "image/png" },
      {
        type: "resource",
        resource: {
          uri: "test://mixed-content-resource",
          mimeType: "application/json",
          text: JSON.stringify({ test: "data", value: 123 }),
        },
      },
    ],
  })),
  tool("test_error_handling", () => ({
    ...text("This tool intentionally returns an error for testing"),
    isError: true,
  })),
];

const notices: readonly FixtureTool[] = [
  tool("test_tool_with_logging", async (_args, { mcpReq }) => {
    for (const data of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
      await mcpReq.log("info", data);
    }
    return text("done");
  }),
  tool("test_logging_tool", async (_args, { mcpReq }) => {
    await mcpReq.log("info", "Nobody asked for this");
    return text("done");
  }),
  tool("test_tool_with_progress", async (_args, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
      await mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, total: 100 } });
    }
    return text("done");
  }),
  // The stream is closed before the answer: the client comes back for it with the last event's id.
  tool("test_reconnection", (_args, { http }) => {
    http?.closeSSE?.();
    return text("reached after coming back");
  }),
];

const asking: readonly FixtureTool[] = [
  tool(
    "test_sampling",
    ({ prompt }, context) => {
      const answer = sampled(context, "answer");
      if (answer !== undefined) return text(`LLM response: ${answer}`);
      return inputRequired({ inputRequests: { answer: question(String(prompt)) } });
    },
    taking("prompt"),
  ),
  tool(
    "test_elicitation",
    ({ message }, context) =>
      elicited(
        context,
        "User response",
        form(String(message), { username: { type: "string" }, email: { type: "string" } }),
      ),
    taking("message"),
  ),
  tool("test_streaming_elicitation", (_args, context) =>
    elicited(context, "User response", form("Who are you?", { username: { type: "string" } })),
  ),
  tool("test_elicitation_sep1034_defaults", (_args, context) =>
    elicited(
      context,
      "Elicitation completed",
      form(
        "Check these values",
        {
          name: { type: "string", default: "John Doe" },
          age: { type: "integer", default: 30 },
          score: { type: "number", default: 95.5 },
          status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
          verified: { type: "boolean", default: true },
        },
        [],
      ),
    ),
  ),
  tool("test_elicitation_sep1330_enums", (_args, context) =>
    elicited(context, "Elicitation completed", form("Choose", enums, [])),
  ),
  tool("test_missing_capability", (_args, context) => {
    const answer = sampled(context, "answer");
    return answer === undefined ? inputRequired({ inputRequests: { answer: question("Anything") } }) : text(answer);
  }),
];

const titled = (values: readonly (readonly [string, string])[]) =>
  values.map(([value, title]) => ({ const: value, title }));

const enums = {
  untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
  titledSingle: {
    type: "string",
    oneOf: titled([
      ["value1", "First Option"],
      ["value2", "Second Option"],
      ["value3", "Third Option"],
    ]),
  },
  legacyEnum: {
    type: "string",
    enum: ["opt1", "opt2", "opt3"],
    enumNames: ["Option One", "Option Two", "Option Three"],
  },
  untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2", "option3"] } },
  titledMulti: {
    type: "array",
    items: {
      anyOf: titled([
        ["value1", "First Choice"],
        ["value2", "Second Choice"],
        ["value3", "Third Choice"],
      ]),
    },
  },
};

function elicited({ mcpReq }: FixtureContext, words: string, request: InputRequest): Outcome {
  const view = inputResponse(mcpReq.inputResponses, "answer");
  if (view.kind !== "elicit") return inputRequired({ inputRequests: { answer: request } });
  return text(`${words}: action=${view.action}, content=${JSON.stringify(view.content ?? {})}`);
}

const name = { name: { type: "string" } };

const rounds: readonly FixtureTool[] = [
  tool("test_input_required_result_elicitation", (_args, { mcpReq }) => {
    const given = acceptedContent(mcpReq.inputResponses, "user_name")?.["name"];
    if (typeof given === "string") return text(`Hello, ${given}!`);
    return inputRequired({ inputRequests: { user_name: form("What is your name?", name) } });
  }),
  tool("test_input_required_result_sampling", (_args, context) => {
    const answer = sampled(context, "capital_question");
    if (answer !== undefined) return text(answer);
    return inputRequired({ inputRequests: { capital_question: question("What is the capital of France?") } });
  }),
  tool("test_input_required_result_list_roots", (_args, { mcpReq }) => {
    const view = inputResponse(mcpReq.inputResponses, "client_roots");
    if (view.kind === "roots") return text(view.roots.map(({ uri }) => uri).join(", "));
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  }),
  tool("test_input_required_result_request_state", async (_args, { mcpReq }, mint) => {
    const isDone = mcpReq.requestState<string>() === "asked" && mcpReq.inputResponses?.["confirm"] !== undefined;
    if (isDone) return text("state-ok");
    const confirm = form("Please confirm", { ok: { type: "boolean" } });
    return inputRequired({ inputRequests: { confirm }, requestState: await mint("asked") });
  }),
  tool("test_input_required_result_tampered_state", async (_args, { mcpReq }, mint) => {
    if (mcpReq.requestState<string>() === "sealed") return text("the seal is whole");
    const confirm = form("Please confirm", { ok: { type: "boolean" } });
    return inputRequired({ inputRequests: { confirm }, requestState: await mint("sealed") });
  }),
  tool("test_input_required_result_multiple_inputs", async (_args, context, mint) => {
    const given = acceptedContent(context.mcpReq.inputResponses, "user_name")?.["name"];
    const greeting = sampled(context, "greeting");
    const roots = inputResponse(context.mcpReq.inputResponses, "client_roots");
    if (typeof given === "string" && greeting !== undefined && roots.kind === "roots") {
      return text(`${greeting} ${given} (${roots.roots.length} roots)`);
    }
    const inputRequests = {
      user_name: form("What is your name?", name),
      greeting: question("Generate a greeting", 50),
      client_roots: inputRequired.listRoots(),
    };
    return inputRequired({ inputRequests, requestState: await mint("three") });
  }),
  tool("test_input_required_result_multi_round", async (_args, { mcpReq }, mint) => {
    const state = mcpReq.requestState<{ readonly name?: string }>();
    const first = acceptedContent(mcpReq.inputResponses, "step1")?.["name"];
    const colour = acceptedContent(mcpReq.inputResponses, "step2")?.["color"];
    if (state?.name !== undefined && typeof colour === "string") return text(`${state.name} likes ${colour}`);
    if (state !== undefined && typeof first === "string") {
      const step2 = form("Step 2: What is your favorite color?", { color: { type: "string" } });
      return inputRequired({ inputRequests: { step2 }, requestState: await mint({ name: first }) });
    }
    const step1 = form("Step 1: What is your name?", name);
    return inputRequired({ inputRequests: { step1 }, requestState: await mint({}) });
  }),
  tool("test_input_required_result_capabilities", (_args, context) => {
    const { mcpReq } = context;
    if (mcpReq.inputResponses !== undefined) return text("done");
    const envelope = mcpReq.envelope as Readonly<Record<string, object | undefined>> | undefined;
    const can = envelope?.["io.modelcontextprotocol/clientCapabilities"] as
      Readonly<Record<string, unknown>> | undefined;
    return inputRequired({
      inputRequests: {
        ...(can?.["elicitation"] === undefined ? {} : { user_name: form("What is your name?", name) }),
        ...(can?.["sampling"] === undefined ? {} : { greeting: question("Generate a greeting") }),
      },
    });
  }),
];

const schemas: readonly FixtureTool[] = [
  tool("json_schema_2020_12_tool", () => text("done"), {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    $defs: {
      address: {
        $anchor: "addressDef",
        type: "object",
        properties: { street: { type: "string" }, city: { type: "string" } },
      },
    },
    properties: {
      name: { type: "string" },
      address: { $ref: "#/$defs/address" },
      contactMethod: { type: "string", enum: ["phone", "email"] },
      phone: { type: "string" },
      email: { type: "string" },
    },
    allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
    if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { required: ["phone"] },
    else: { required: ["email"] },
    additionalProperties: false,
  }),
  {
    ...tool("test_header_parameter", ({ region }) => text(String(region)), {
      type: "object",
      properties: { region: { type: "string", "x-mcp-header": "Region" } },
      required: ["region"],
    }),
    mirrored: { region: "Region" },
  },
];

/** Ends after that many hundredths of a second, or with the call. */
function computing(seconds: number, { signal }: CallRequest): Promise<void> {
  const time = AbortSignal.timeout(seconds * 10);
  return new Promise((resolve) => {
    if (time.aborted || signal.aborted) resolve();
    // A whole minute is there to be cancelled.
    if (seconds < 60) time.addEventListener("abort", () => resolve(), { once: true });
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const working: readonly FixtureTool[] = [
  // What is asked is asked before there is a task.
  tool(
    "confirm_delete",
    ({ filename }, context) =>
      elicited(context, "Asked", form(`Delete ${String(filename)}?`, { yes: { type: "boolean" } })),
    taking("filename"),
  ),
  tool("greet", ({ name: who }) => text(`Hello, ${String(who)}!`), taking("name")),
  {
    ...tool("slow_compute", async ({ seconds, label }, { mcpReq }) => {
      mcpReq.started?.();
      await computing(Math.max(1, Number(seconds)), mcpReq);
      return text(`computed ${String(label)}`);
    }),
    task: "possible",
  },
  {
    ...tool("failing_job", async (_args, { mcpReq }) => {
      mcpReq.started?.();
      await computing(1, mcpReq);
      return { ...text("the job failed"), isError: true };
    }),
    task: "required",
  },
  {
    ...tool("protocol_error_job", async (_args, { mcpReq }) => {
      mcpReq.started?.();
      await computing(1, mcpReq);
      throw new ProtocolError(-32_603, "the server broke");
    }),
    task: "possible",
  },
  {
    ...tool("test_tool_with_task", async (_args, { mcpReq }) => {
      const given = acceptedContent(mcpReq.inputResponses, "user_name")?.["name"];
      if (typeof given !== "string") {
        return inputRequired({ inputRequests: { user_name: form("What is your name?", name) } });
      }
      mcpReq.started?.();
      await computing(1, mcpReq);
      return text(`Hello, ${given}!`);
    }),
    task: "required",
  },
];

export const fixtureTools: readonly FixtureTool[] = [
  ...contents,
  ...notices,
  ...asking,
  ...rounds,
  ...schemas,
  ...working,
];
