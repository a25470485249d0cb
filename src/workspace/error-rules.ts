// From the workspace's refusals to our codes and hints: by message first, then by error_code, then by status.
import type { ErrorCode } from "../platform/errors.ts";

interface MessageRule {
  /** Only for requests whose path matches. */
  readonly path?: RegExp;
  /** Only for this error_code. */
  readonly errorCode?: string;
  readonly message: RegExp;
  readonly code: ErrorCode;
  readonly hint?: string;
}

const newContext = "The context is gone (its cluster restarted, or it was destroyed). Create a new one and run again.";
const startCluster = "The cluster must be running. Start it, wait until it is RUNNING, then try again.";
const gone = "It was deleted, or the id belongs to another workspace. List what there is to find the right id.";

/** The first that matches decides. The workspace answers several "not found" cases as 400 INVALID_PARAMETER_VALUE. */
export const messageRules: readonly MessageRule[] = [
  {
    path: /^\/api\/1\.2\//,
    message: /ContextNotFound|\bcontext\b.*(?:not found|not exist|invalid)|(?:no|unknown|invalid) (?:\w+ )?context/i,
    code: "not_found",
    hint: newContext,
  },
  {
    path: /^\/api\/1\.2\/commands\//,
    message: /CommandNotFound|\bcommand\b.*(?:not found|not exist)/i,
    code: "not_found",
    hint: "The command is unknown in this context. Run it again.",
  },
  {
    message: /ClusterNotReady|Invalid state for cluster|cluster .*\b(?:is not|isn't|not in a?) ?running/i,
    code: "invalid_state",
    hint: startCluster,
  },
  { path: /\/clusters\//, message: /Cluster .* does not exist/i, code: "not_found", hint: gone },
  { path: /\/jobs\/runs\//, message: /Run .* does not exist/i, code: "not_found", hint: gone },
  { path: /\/jobs\//, message: /(?:Job|Run) .* does not exist/i, code: "not_found", hint: gone },
  {
    errorCode: "INVALID_STATE",
    message: /terminated or unpinned more than 30 days ago/i,
    code: "not_found",
    hint: "The workspace keeps terminated clusters for 30 days. Create a new one.",
  },
  {
    message: /invalid (?:access )?token|token (?:is |has )?(?:expired|invalid|revoked)/i,
    code: "token_rejected",
    hint: "Sign in again with `mortar auth login`, or put a valid token into the profile.",
  },
  {
    message: /serverless.*(?:not enabled|disabled|not available|not supported|must be enabled)/i,
    code: "feature_disabled",
    hint: "Serverless compute is not enabled in this workspace. Run on a cluster instead, or ask a workspace admin to enable serverless.",
  },
  {
    message: /(?:IP ACL|IP access list|Source IP address)/i,
    code: "permission_denied",
    hint: "The workspace accepts only known networks. Connect through your company's network or VPN.",
  },
  {
    message: /required scopes?|insufficient[_ ]scope/i,
    code: "permission_denied",
    hint: "The token lacks a scope that this needs. Sign in again with `mortar auth login --force`.",
  },
  {
    message: /parent folder .*(?:does not|doesn't) exist/i,
    code: "not_found",
    hint: "Make the parent folder first.",
  },
  {
    path: /^\/api\/2\.0\/workspace\//,
    errorCode: "RESOURCE_DOES_NOT_EXIST",
    message: /./,
    code: "not_found",
    hint: "Check the path by listing its folder. Paths start with /Workspace/, /Users/, /Shared/ or /Repos/.",
  },
  {
    path: /^\/api\/2\.0\/fs\/directories\//,
    message: /\bnot empty\b/i,
    code: "conflict",
    hint: "The folder has something in it. Delete it recursively if that is meant.",
  },
  {
    path: /^\/api\/2\.0\/fs\//,
    message: /\balready exists\b/i,
    code: "already_exists",
    hint: "Choose another name, or overwrite what is there.",
  },
  {
    path: /^\/api\/2\.0\/workspace\/export/,
    message: /exceed.*(?:size|limit)|too large/i,
    code: "too_large",
    hint: "The workspace exports at most 10 MB at a time.",
  },
];

interface CodeRule {
  readonly code: ErrorCode;
  readonly hint?: string;
}

const rulesByCode: Readonly<Record<string, CodeRule>> = {
  RESOURCE_DOES_NOT_EXIST: { code: "not_found" },
  NOT_FOUND: { code: "not_found" },
  CATALOG_DOES_NOT_EXIST: { code: "not_found", hint: "List the catalogs to find the right name." },
  SCHEMA_DOES_NOT_EXIST: { code: "not_found", hint: "List the schemas of the catalog to find the right name." },
  TABLE_DOES_NOT_EXIST: { code: "not_found", hint: "List the tables of the schema to find the right name." },
  RESOURCE_ALREADY_EXISTS: { code: "already_exists", hint: "Choose another name, or overwrite what is there." },
  ALREADY_EXISTS: { code: "already_exists", hint: "Choose another name, or overwrite what is there." },
  ABORTED: { code: "conflict", hint: "Something else changed it at the same time. Try again." },
  RESOURCE_CONFLICT: { code: "conflict", hint: "Something else changed it at the same time. Try again." },
  GIT_CONFLICT: { code: "conflict", hint: "Settle the conflict in the Git folder first." },
  DIRECTORY_NOT_EMPTY: {
    code: "conflict",
    hint: "The folder has something in it. Delete it recursively if that is meant.",
  },
  INVALID_STATE: { code: "invalid_state", hint: "Look at its state first: it may be starting, running or ending." },
  INVALID_PARAMETER_VALUE: { code: "invalid_input" },
  BAD_REQUEST: { code: "invalid_input" },
  MALFORMED_REQUEST: { code: "invalid_input" },
  INVALID_ARGUMENT: { code: "invalid_input" },
  MAX_NOTEBOOK_SIZE_EXCEEDED: { code: "too_large", hint: "The limit of the workspace is 10 MB. Split it up." },
  PERMISSION_DENIED: { code: "permission_denied", hint: "Ask its owner or a workspace admin for the permission." },
  UNAUTHENTICATED: { code: "token_rejected", hint: "Sign in again with `mortar auth login`." },
  FEATURE_DISABLED: { code: "feature_disabled", hint: "A workspace admin can enable the feature." },
  ENDPOINT_NOT_FOUND: { code: "unsupported", hint: "This workspace does not offer that API." },
  NOT_IMPLEMENTED: { code: "unsupported", hint: "This workspace does not offer that API." },
  RESOURCE_EXHAUSTED: { code: "rate_limited", hint: "Wait a little and try again." },
  REQUEST_LIMIT_EXCEEDED: { code: "rate_limited", hint: "Wait a little and try again." },
  QUOTA_EXCEEDED: {
    code: "workspace_error",
    hint: "A quota of the workspace is used up. Remove what is not needed, or ask an admin.",
  },
  TEMPORARILY_UNAVAILABLE: { code: "unavailable", hint: "Try again in a minute." },
  DEADLINE_EXCEEDED: { code: "timeout", hint: "Try again, or ask for less at a time." },
  INTERNAL_ERROR: {
    code: "workspace_error",
    hint: "Try again; if it stays, give the request id to Databricks support.",
  },
  UNKNOWN: { code: "workspace_error" },
  DATA_LOSS: { code: "workspace_error" },
  CANCELLED: { code: "workspace_error" },
};

/** By error_code, which is surer than the status. A map: the code comes from outside, and may be `constructor`. */
export const codeRules: ReadonlyMap<string, CodeRule> = new Map(Object.entries(rulesByCode));

/** By HTTP status, where the error_code says nothing. */
export const statusRules: Readonly<Record<number, CodeRule>> = {
  400: { code: "invalid_input" },
  401: {
    code: "token_rejected",
    hint: "Sign in again with `mortar auth login`, and check that the host is the right workspace.",
  },
  403: { code: "permission_denied", hint: "Ask its owner or a workspace admin for the permission." },
  404: { code: "not_found" },
  407: { code: "unreachable", hint: "The proxy wants to know who you are: put user and password into HTTPS_PROXY." },
  409: { code: "conflict" },
  412: { code: "conflict", hint: "It was changed meanwhile. Try again." },
  413: { code: "too_large", hint: "Send less at a time." },
  429: { code: "rate_limited", hint: "Wait a little and try again." },
  500: { code: "workspace_error", hint: "Try again; if it stays, give the request id to Databricks support." },
  501: { code: "unsupported", hint: "This workspace does not offer that API." },
  502: { code: "unavailable", hint: "Try again in a minute." },
  503: { code: "unavailable", hint: "Try again in a minute." },
  504: { code: "timeout", hint: "Try again, or ask for less at a time." },
};
