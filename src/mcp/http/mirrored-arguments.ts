// Arguments that a tool wants repeated in headers, for gateways that do not read bodies (MCP 2026-07-28, `x-mcp-header`): what
// the header says must be what the body says. The SDK checks this for its own tool objects alone.
import { isObject, tryJson } from "../../platform/json.ts";

/** Of one tool: the header's name, without `Mcp-Param-`, by argument. */
export type MirroredArguments = Readonly<Record<string, string>>;

/** HeaderMismatch. */
const mismatchCode = -32_020;

/** The refusal of a call whose headers and body disagree; undefined where they do not, or nothing is to be repeated. */
export async function mirrorRefusal(
  request: Request,
  mirrored: (tool: string) => MirroredArguments | undefined,
): Promise<Response | undefined> {
  const { headers } = request;
  if (request.method !== "POST" || headers.get("mcp-method")?.trim() !== "tools/call") return undefined;
  const wanted = mirrored(decoded(headers.get("mcp-name")?.trim() ?? "") ?? "");
  if (wanted === undefined) return undefined;
  const message = tryJson(await request.clone().text());
  const params = isObject(message) ? message["params"] : undefined;
  const given = isObject(params) && isObject(params["arguments"]) ? params["arguments"] : {};
  for (const [argument, name] of Object.entries(wanted)) {
    const header = `Mcp-Param-${name}`;
    const value = given[argument];
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (isPlain && !isSame(value, headers.get(header)?.trim())) {
      return refusal(isObject(message) ? message["id"] : null, header, argument);
    }
  }
  return undefined;
}

/** 42 and 42.0 are the same number; all else is compared as text. */
function isSame(value: string | number | boolean, header: string | undefined): boolean {
  const text = header === undefined ? undefined : decoded(header);
  if (text === undefined) return false;
  return typeof value === "number" ? text !== "" && Number(text) === value : text === String(value);
}

const sentinel = /^=\?base64\?(.*)\?=$/s;
const canonical = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What a header says that may be in base64; undefined where that is broken. */
function decoded(header: string): string | undefined {
  const packed = sentinel.exec(header)?.[1];
  if (packed === undefined) return header;
  if (!canonical.test(packed)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(packed, "base64"));
  } catch {
    return undefined;
  }
}

function refusal(id: unknown, header: string, argument: string): Response {
  const message = `The header ${header} does not say what the argument ${argument} says`;
  const error = { code: mismatchCode, message, data: { mismatch: { header, argument } } };
  return Response.json({ jsonrpc: "2.0", id: id ?? null, error }, { status: 400 });
}
