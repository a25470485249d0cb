// Copilot CLI: its variables for a provider of one's own.
import { join } from "node:path";
import { requireHome } from "../../platform/paths.ts";
import type { Agent, Launch, LaunchDeps, Prepared } from "./agent.ts";
import { trustFor } from "./environment.ts";
import { bareName } from "./models.ts";
import { presentServers, serversToAdd, type PresentServer } from "./present-server.ts";
import { readObject } from "./read-object.ts";
import { takeFlag } from "./words.ts";

export const copilot: Agent = {
  name: "copilot",
  title: "Copilot CLI",
  program: "copilot",
  install: "npm install -g @github/copilot",
  sessions: ["init"],
  prepare,
};

/** Other ways to a model, which would win over ours or contradict it. */
const others = [
  "COPILOT_PROVIDER_API_KEY",
  "COPILOT_PROVIDER_API_KEY_COMMAND",
  "COPILOT_PROVIDER_AZURE_API_VERSION",
  "COPILOT_PROVIDER_HEADERS",
  "COPILOT_PROVIDER_MODEL_ID",
  "COPILOT_PROVIDER_WIRE_MODEL",
  "COPILOT_PROVIDER_TRANSPORT",
];

async function prepare(deps: LaunchDeps, launch: Launch): Promise<Prepared> {
  const { endpoint, models, words, folder } = launch;
  const asked = takeFlag(words, "--model").values.at(-1) ?? deps.env["COPILOT_MODEL"];
  const usual = models.opus ?? models.sonnet ?? models.codex ?? models.gemini ?? models.chat;
  const model = asked === undefined || asked === "" ? usual : asked;
  // Models of OpenAI work best in their own dialect; all others are had through chat completions.
  const inResponses = /^(?:gpt-(?!oss)|o\d|codex)/.test(bareName(model ?? ""));
  const [servers, trust] = await Promise.all([
    copilotServers(deps).then((present) => serversToAdd(launch.server, present, serverEntry)),
    trustFor(deps, launch, "NODE_EXTRA_CA_CERTS"),
  ]);
  const path = join(folder, "mcp.json");
  return {
    words: [...(servers === undefined ? [] : [`--additional-mcp-config=@${path}`]), ...words],
    env: {
      ...Object.fromEntries(others.map((name) => [name, undefined])),
      COPILOT_PROVIDER_TYPE: "openai",
      COPILOT_PROVIDER_BASE_URL: inResponses ? endpoint.responses : endpoint.chat,
      COPILOT_PROVIDER_WIRE_API: inResponses ? "responses" : "completions",
      COPILOT_PROVIDER_BEARER_TOKEN: endpoint.key.reveal(),
      ...(model === undefined ? {} : { COPILOT_MODEL: model }),
      // Nothing goes to GitHub, which has no part in this; whoever wants it to can say so.
      COPILOT_OFFLINE: deps.env["COPILOT_OFFLINE"] ?? "true",
      ...trust.env,
    },
    files: [
      ...(servers === undefined ? [] : [{ path, content: `${JSON.stringify({ mcpServers: servers }, null, 2)}\n` }]),
      ...trust.files,
    ],
    notes: model === undefined ? ["Copilot needs a model: name one with --model"] : [],
  };
}

function serverEntry(command: string, args: readonly string[]): unknown {
  return { type: "local", command, args, tools: ["*"] };
}

async function copilotServers({ env, paths }: LaunchDeps): Promise<readonly PresentServer[]> {
  const own = env["COPILOT_HOME"] ?? "";
  const folder = own === "" ? join(requireHome(paths), ".copilot") : own;
  const { mcpServers } = await readObject(join(folder, "mcp-config.json"));
  return presentServers(mcpServers);
}
