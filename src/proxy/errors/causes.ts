// The errors that people meet on the way to a workspace's models: how each is known, why it comes, what helps.
import { saysTokenRefused } from "../refusal.ts";
import type { Problem } from "./problem.ts";

export interface Circumstances {
  readonly profile: string;
  readonly dialect: string;
  readonly path: string;
  /** As far as it is known; empty where it is not. */
  readonly model: string;
  /** The address is one of --upstream that is not trusted with the profile's token, and so got none. */
  readonly withoutToken: boolean;
}

export interface Cause {
  /** Its name in the log. */
  readonly name: string;
  readonly matches: (problem: Problem, circumstances: Circumstances) => boolean;
  /** A status that makes the agent do the right thing, where the workspace's own does not. */
  readonly status?: number;
  readonly why: string | ((problem: Problem, circumstances: Circumstances) => string);
  readonly cure: string | ((problem: Problem, circumstances: Circumstances) => string);
}

const says =
  (pattern: RegExp, status?: number): Cause["matches"] =>
  (problem) =>
    (status === undefined || problem.status === status) && pattern.test(problem.message);

const code =
  (...names: readonly string[]) =>
  ({ errorCode }: Problem): boolean =>
    errorCode !== undefined && names.includes(errorCode);

const login = (_problem: Problem, { profile }: Circumstances): string =>
  `Sign in again: \`mortar auth login --profile ${profile}\`.`;

const named = ({ model }: Circumstances): string => (model === "" ? "the model" : `the model ${model}`);

/** The first that matches tells. What is special stands before what is general. */
export const causes: readonly Cause[] = [
  {
    name: "server-tool",
    matches: says(/input tag '(?:web_search|web_fetch|code_execution|advisor)\w*'/i, 400),
    why: ({ message }) =>
      `The workspace does not offer Anthropic's server tool ${/'(\w+)'/.exec(message)?.[1] ?? "of this name"}.`,
    cure: "Let Mortar search and fetch in its place with `mortar config websearch enable`, or deny the tool in the agent's permissions.",
  },
  {
    name: "cache-control-scope",
    matches: says(/cache_control\S*scope: Extra inputs are not permitted/, 400),
    why: "The agent uses a newer form of prompt caching than this path of the workspace knows.",
    cure: "Switch the filter learned-fields on, or start Claude Code with CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1.",
  },
  {
    name: "eager-streaming",
    matches: says(/eager_input_streaming/, 400),
    why: "The agent asks to stream the input of its tools, which this path of the workspace does not know.",
    cure: "Switch the filter learned-fields on, or set toolStreaming to false in the agent.",
  },
  {
    name: "extra-inputs",
    matches: says(/Extra inputs are not permitted/, 400),
    why: "The agent sends a field that this path of the workspace does not know.",
    cure: "Switch the filter learned-fields on; else update the agent, or start it with CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1.",
  },
  {
    name: "beta",
    matches: says(/anthropic-beta/, 400),
    why: "The agent announces a beta that the workspace does not know.",
    cure: "Switch the filter learned-fields on, or start Claude Code with CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1.",
  },
  {
    name: "thinking-enabled",
    matches: says(/thinking\.type/i, 400),
    why: "This model decides by itself how much it thinks (adaptive thinking).",
    cure: "Switch the filter learned-fields on; else update Claude Code, or start it with CLAUDE_CODE_DISABLE_THINKING=1.",
  },
  {
    name: "sampling",
    matches: says(/\b(?:temperature|top_p|top_k)\b.*(?:not supported|deprecated|cannot)/i, 400),
    why: "This model takes no sampling parameters.",
    cure: "Switch the filter learned-fields on, or leave the parameter out of the agent's settings.",
  },
  {
    name: "prefill",
    matches: says(/must end with a user message|assistant message prefill|prefill/i, 400),
    why: "This model does not continue an answer that was begun for it (prefill).",
    cure: "Update the agent, or use an older model.",
  },
  {
    name: "strict-dialect",
    matches: says(
      /\b(?:store|strict|stream_options)\b.*(?:unknown|unrecognized|not supported|not permitted|not allowed)|(?:unknown|unrecognized|unsupported)\b.*\b(?:store|strict|stream_options)\b/i,
      400,
    ),
    why: "The workspace's chat completions are stricter than OpenAI's.",
    cure: "Switch the filter learned-fields on, or turn the setting off in the agent.",
  },
  {
    name: "previous-response",
    matches: says(/previous_response_id/i, 400),
    why: "The workspace does not store responses, so none can be continued by its id.",
    cure: "Turn off the storing of responses in the agent (in Codex: `store` off, which is its custom).",
  },
  {
    name: "traffic-split",
    matches: says(/several destinations|traffic split|multiple destinations/i, 400),
    why: (_problem, where) => `The traffic of ${named(where)} is split over several destinations.`,
    cure: "Use a model service with one destination; `mortar models list` shows them.",
  },
  {
    name: "catalog-name",
    matches: says(/Invalid Unity Catalog name/i, 400),
    why: "The name is not one of Unity Catalog: a list's prefix or a marker such as [1m] stands in it.",
    cure: "Switch the filter model-names on, or use a name from `mortar models list`.",
  },
  {
    name: "metastore",
    matches: says(/Invalid MetastoreId/i, 400),
    why: "The request did not say which workspace it is for.",
    cure: "Add `workspace_id` to the profile in ~/.databrickscfg, or sign in again with `mortar auth login`.",
  },
  {
    name: "count-tokens",
    matches: (problem, { path }) => problem.status === 404 && /count_?tokens/i.test(path),
    why: "This path of the workspace does not count tokens.",
    cure: "Switch the filter count-tokens on.",
  },
  {
    name: "web-page",
    // What a front end says of itself with these is no page of another host.
    matches: ({ html, status }) => html && status !== 429 && (status < 502 || status > 504),
    status: 502,
    why: ({ message }) => `The workspace answered with a web page${message === "" ? "" : ` (${message})`}.`,
    cure: (_problem, { profile }) =>
      `The profile ${profile} may name another host than a workspace, such as an account console or an address with \`?o=\`; or a company's sign-in, a proxy or an IP access list stands in between. Check it with \`mortar auth status --profile ${profile}\`.`,
  },
  {
    name: "no-token-sent",
    matches: ({ status, html }, { withoutToken }) => withoutToken && !html && (status === 401 || status === 403),
    status: 401,
    why: (_problem, { profile }) =>
      `The address of --upstream is on another host than the profile ${profile}, and so it got no token.`,
    cure: "If it is to have the workspace's token, give --trust-upstream beside --upstream.",
  },
  {
    name: "token",
    matches: ({ status, message }) => saysTokenRefused(status, message),
    status: 401,
    // Not that it was refreshed: a personal token is not, nor one that was refreshed a moment ago.
    why: "The workspace refuses the token.",
    cure: login,
  },
  {
    name: "ip-access-list",
    matches: says(/IP (?:access list|ACL)|Source IP/i, 403),
    why: "The workspace takes no requests from this network address.",
    cure: "Connect through the company's network or VPN, or ask an admin to add this address.",
  },
  {
    name: "permission",
    matches: ({ status, errorCode }) => status === 403 || errorCode === "PERMISSION_DENIED",
    why: (_problem, where) => `The identity of the profile ${where.profile} may not use ${named(where)}.`,
    cure: "Ask an admin for EXECUTE on the model service (USE CATALOG on system and USE SCHEMA on system.ai for the workspace's own), or CAN QUERY on the serving endpoint.",
  },
  {
    name: "rate-limit",
    matches: ({ status, errorCode }) => status === 429 || errorCode === "REQUEST_LIMIT_EXCEEDED",
    why: ({ message }) =>
      `A limit of the workspace is reached (${limitOf(message)}); of several, the strictest counts.`,
    cure: "Wait, use a smaller model, or ask an admin to raise the limit of the AI Gateway.",
  },
  {
    name: "model-missing",
    matches: (problem) => problem.status === 404 && (isCode(problem) || /model|endpoint/i.test(problem.message)),
    why: (_problem, where) =>
      `The workspace of the profile ${where.profile} has no ${named(where).replace(/^the /, "")} at this path.`,
    cure: "`mortar models list` shows what it has; pin one with `mortar models pin`.",
  },
  {
    name: "feature-disabled",
    matches: code("FEATURE_DISABLED"),
    why: "The workspace has this switched off.",
    cure: "An account admin enables the AI Gateway on the Previews page.",
  },
  {
    name: "too-large",
    matches: ({ status }) => status === 413,
    why: "The request is larger than the workspace takes.",
    cure: "Compact the conversation (/compact), or leave large files and images out of it.",
  },
  {
    name: "cancelled",
    matches: ({ status }) => status === 499,
    status: 504,
    why: "The workspace gave the request up before it had an answer.",
    cure: "Try again.",
  },
  {
    name: "unavailable",
    matches: ({ status }) => status === 502 || status === 503 || status === 504,
    why: "The workspace, or something on the way to it, could not answer in time.",
    cure: "Try again; long turns end sooner with a smaller context.",
  },
];

const isCode = code("ENDPOINT_NOT_FOUND", "RESOURCE_DOES_NOT_EXIST", "NOT_FOUND");

function limitOf(message: string): string {
  if (/output tokens?/i.test(message)) return "output tokens a minute";
  if (/input tokens?/i.test(message)) return "input tokens a minute";
  if (/quer(?:y|ies) per hour|QPH/i.test(message)) return "requests an hour";
  if (/quer(?:y|ies) per minute|QPM|requests per minute/i.test(message)) return "requests a minute";
  return /\buser\b|\bgroup\b/i.test(message) ? "one for this user or group" : "of requests or tokens";
}
