// The models of the emulated workspace: what its lists show, which API each answers, and the traps that real lists have.
import { ApiFault } from "../http/route.ts";

export const apiTypes = {
  anthropic: "anthropic/v1/messages",
  responses: "openai/v1/responses",
  gemini: "gemini/v1/generateContent",
  chat: "mlflow/v1/chat/completions",
} as const;

export type ApiType = (typeof apiTypes)[keyof typeof apiTypes];

export interface FoundationModel {
  /** `claude-opus-5-5`; `system.ai.` before it is its model service, `databricks-` its serving endpoint. */
  readonly name: string;
  readonly displayName: string;
  readonly apiTypes: readonly ApiType[];
}

const { anthropic, responses, gemini, chat } = apiTypes;

export const foundationModels: readonly FoundationModel[] = [
  { name: "claude-opus-5-5", displayName: "Claude Opus 5.5", apiTypes: [anthropic, chat] },
  { name: "claude-opus-4-8", displayName: "Claude Opus 4.8", apiTypes: [anthropic, chat] },
  { name: "claude-sonnet-5-5", displayName: "Claude Sonnet 5.5", apiTypes: [anthropic, chat] },
  { name: "claude-sonnet-5", displayName: "Claude Sonnet 5", apiTypes: [anthropic, chat] },
  { name: "claude-haiku-5-5", displayName: "Claude Haiku 5.5", apiTypes: [anthropic, chat] },
  { name: "claude-fable-5-1", displayName: "Claude Fable 5.1", apiTypes: [anthropic, chat] },
  { name: "gpt-5-6", displayName: "GPT-5.6", apiTypes: [responses, chat] },
  { name: "gpt-5-6-codex", displayName: "GPT-5.6 Codex", apiTypes: [responses] },
  { name: "gemini-4-pro", displayName: "Gemini 4 Pro", apiTypes: [gemini, chat] },
  { name: "gemini-3-5-flash", displayName: "Gemini 3.5 Flash", apiTypes: [gemini, chat] },
  { name: "gpt-oss-120b", displayName: "GPT OSS 120B", apiTypes: [chat] },
  { name: "qwen3-next-80b-a3b-instruct", displayName: "Qwen3 Next 80B A3B Instruct", apiTypes: [chat] },
];

/** Names that a dialect takes beside those of the catalog: newer and older versions of its families. */
const families: Readonly<Record<ApiType, RegExp>> = {
  [anthropic]: /^claude-[a-z0-9.-]+$/,
  [responses]: /^(gpt|o\d|codex)-?[a-z0-9.-]*$/,
  [gemini]: /^gemini-[a-z0-9.-]+$/,
  [chat]: /^(claude|gpt|gemini|llama|meta-llama|qwen|qwen3|kimi|glm|deepseek|gemma)-[a-z0-9.-]+$/,
};

export interface Destination {
  readonly name: string;
  readonly isDeleted?: boolean;
}

/** A model service that a person made, in a schema of their own. */
export interface MadeService {
  readonly name: string;
  readonly apiTypes: readonly ApiType[];
  readonly destinations: readonly Destination[];
  /** Listed, but not to be read or called. */
  readonly forbidden?: boolean;
}

export const madeServices: readonly MadeService[] = [
  {
    name: "main.agents.team-opus",
    apiTypes: [anthropic],
    destinations: [{ name: "system.ai.claude-opus-4-6", isDeleted: true }, { name: "system.ai.claude-opus-4-8" }],
  },
  {
    name: "main.agents.mixed",
    apiTypes: [anthropic, chat],
    destinations: [{ name: "system.ai.claude-sonnet-5-5" }, { name: "system.ai.gpt-5-6" }],
  },
  {
    name: "main.restricted.secret-model",
    apiTypes: [anthropic],
    destinations: [{ name: "system.ai.claude-opus-5-5" }],
    forbidden: true,
  },
];

/** A serving endpoint that is listed and ready, and that the caller may not query. */
export const restrictedEndpoint = "restricted-chat";

/**
 * Throws ApiFault where the name is none that the path takes: 400 for a form that no service has, 403 for a service that
 * is not the caller's, 404 for one that is not there. `serving` is the older path, which knows endpoint names alone.
 */
export function checkModel(model: string, type: ApiType, path: "gateway" | "serving"): void {
  if (path === "gateway" && (model.endsWith("]") || model.startsWith("model-services/"))) {
    throw new ApiFault(400, "BAD_REQUEST", `Invalid Unity Catalog name: ${model}`);
  }
  const service = path === "gateway" ? madeServices.find(({ name }) => name === model) : undefined;
  if (service !== undefined) return checkService(service, type);
  if (path === "serving" && model === restrictedEndpoint) {
    throw new ApiFault(403, "PERMISSION_DENIED", `You do not have CAN QUERY permission on endpoint '${model}'.`);
  }
  // OpenAI's own names reach no model of a workspace; Anthropic's are mapped.
  const prefix = path === "serving" ? /^databricks-/ : /^(system\.ai\.|databricks-)/;
  const bare = model.replace(prefix, "");
  if (bare === model && (path === "serving" || type !== anthropic)) throw notFound(model, path);
  const known = foundationModels.find(({ name }) => name === bare);
  if (known === undefined ? families[type].test(bare) : known.apiTypes.includes(type)) return;
  throw notFound(model, path);
}

function checkService({ name, forbidden, destinations, apiTypes: types }: MadeService, type: ApiType): void {
  if (forbidden === true) {
    throw new ApiFault(403, "PERMISSION_DENIED", `User does not have EXECUTE on Model Service '${name}'.`);
  }
  if (!types.includes(type)) throw unknownModel(name);
  if (destinations.filter(({ isDeleted }) => isDeleted !== true).length > 1) {
    throw new ApiFault(
      400,
      "BAD_REQUEST",
      `The endpoint ${name} has several destinations; traffic splits are not supported by this API.`,
    );
  }
}

function notFound(model: string, path: "gateway" | "serving"): ApiFault {
  if (path === "gateway") return unknownModel(model);
  return new ApiFault(404, "ENDPOINT_NOT_FOUND", `Endpoint '${model}' does not exist.`);
}

function unknownModel(model: string): ApiFault {
  return new ApiFault(404, "ENDPOINT_NOT_FOUND", `The model ${model} does not exist or is not available to you.`);
}
