// Makes a refusal of the workspace into a MortarError, with nothing secret in it.
import { MortarError, type ErrorCode } from "../platform/errors.ts";
import type { ApiProblem } from "./error-body.ts";
import { codeRules, messageRules, statusRules } from "./error-rules.ts";

interface ErrorPlace {
  /** Path of the request, without its query. */
  readonly path: string;
  readonly host: string;
  /** The command that signs in again to this workspace; undefined where the token came with a caller's request. */
  readonly signIn: string | undefined;
}

/** The error that says what the workspace said. `secrets` are the header values that must not appear in it. */
export function errorOfProblem(problem: ApiProblem, place: ErrorPlace, secrets: readonly string[]): MortarError {
  const message = withoutSecrets(problem.message, secrets);
  const facts = {
    requestId: withoutSecretsOrNothing(problem.requestId, secrets),
    httpStatus: problem.status,
    workspaceCode: withoutSecretsOrNothing(problem.errorCode, secrets),
  };
  if (problem.html && problem.status === 404)
    return new MortarError("bad_response", `${place.host} answered with a web page instead of JSON: ${message}`, {
      ...facts,
      hint: "Check the host: it should be the workspace's own address, such as https://dbc-1234.cloud.databricks.com.",
    });
  const rule = ruleFor(problem, place.path);
  return new MortarError(rule.code, message, { ...facts, hint: hintFor(rule, place.signIn) });
}

function hintFor({ code, hint }: { code: ErrorCode; hint?: string | undefined }, signIn: string | undefined) {
  if (hint?.includes("mortar auth login") !== true) return hint;
  if (signIn !== undefined) return hint.replace("mortar auth login", signIn);
  return code === "permission_denied" ? handedOnTooLittle : handedOnTooLate;
}

// Whoever reads these has no terminal on the server.
const handedOnTooLittle =
  "The token that came with the request lacks a scope that this needs. An app on Databricks gets it by its user authorization: have it added there, and open the app again.";
const handedOnTooLate =
  "The token that came with the request is no longer good. In an app on Databricks, load the page again; a program sends a new token.";

/** Text without the secrets themselves, and without whatever else has the shape of a bearer or personal token. */
export function withoutSecrets(message: string, secrets: readonly string[]): string {
  let clean = message;
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, "***");
  return clean
    .replace(/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, "$1 ***")
    .replace(/\bdapi[A-Za-z0-9-]{16,}/g, "***")
    .replace(/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, "***");
}

function withoutSecretsOrNothing(text: string | undefined, secrets: readonly string[]): string | undefined {
  return text === undefined ? undefined : withoutSecrets(text, secrets);
}

/** The secret parts of request headers: the credentials of Authorization, and any other token that strategies send. */
export function secretsOf(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (!/authorization|token|secret/i.test(name)) return [];
    const credentials = value.slice(value.lastIndexOf(" ") + 1);
    return [value, credentials];
  });
}

function ruleFor(problem: ApiProblem, path: string): { code: ErrorCode; hint?: string | undefined } {
  const { errorCode, message, status } = problem;
  const byMessage = messageRules.find(
    (rule) =>
      (rule.path === undefined || rule.path.test(path)) &&
      (rule.errorCode === undefined || rule.errorCode === errorCode) &&
      rule.message.test(message),
  );
  if (byMessage !== undefined) return byMessage;
  const byCode = errorCode === undefined ? undefined : (codeRules.get(errorCode) ?? byEnding(errorCode));
  if (byCode !== undefined) return byCode;
  return statusRules[status] ?? { code: status >= 500 ? "unavailable" : "workspace_error" };
}

// New kinds of object bring codes of the same form.
function byEnding(errorCode: string): { code: ErrorCode } | undefined {
  if (/_(?:DOES_NOT_EXIST|NOT_FOUND)$/.test(errorCode)) return { code: "not_found" };
  if (errorCode.endsWith("_ALREADY_EXISTS")) return { code: "already_exists" };
  return undefined;
}
