// The head of a SKILL.md: YAML between two lines of dashes (agentskills.io/specification).
import { parse } from "yaml";
import { MortarError } from "../platform/errors.ts";
import { isObject } from "../platform/json.ts";

export interface SkillHead {
  readonly name: string;
  readonly description: string;
  /** Texts by key; what is no text is left out. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Every key at the root. */
  readonly keys: readonly string[];
}

export interface SkillText {
  readonly head: SkillHead;
  readonly body: string;
}

const namePattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const longestName = 64;
const longestDescription = 1024;

/** The head of a SKILL.md with all that its author wrote. Throws `invalid_input`, naming `where`, when there is none. */
export function frontmatterOf(text: string, where: string): Readonly<Record<string, unknown>> {
  return parseHead(parted(text, where).yaml, where);
}

/** Head and body of a SKILL.md. Throws `invalid_input`, naming `where`, when it has no head that agents accept. */
export function readSkillText(text: string, where: string): SkillText {
  const { yaml, body } = parted(text, where);
  const parsed = parseHead(yaml, where);
  const { name, description, metadata } = parsed;
  if (typeof name !== "string" || name.length > longestName || !namePattern.test(name)) {
    throw fault(where, `its name is not lower-case words with dashes, of at most ${longestName} characters`);
  }
  if (typeof description !== "string" || description.trim() === "") throw fault(where, "it has no description");
  if (description.length > longestDescription) {
    throw fault(where, `its description is longer than ${longestDescription} characters`);
  }
  const texts = Object.entries(isObject(metadata) ? metadata : {}).filter((pair) => typeof pair[1] === "string");
  const head: SkillHead = {
    name,
    description: description.trim(),
    metadata: Object.fromEntries(texts) as Record<string, string>,
    keys: Object.keys(parsed),
  };
  return { head, body: body ?? "" };
}

function parted(text: string, where: string): { readonly yaml: string; readonly body: string | undefined } {
  const [, yaml, body] = /^\uFEFF?---[^\S\n]*\r?\n([\s\S]*?)\r?\n---[^\S\n]*(?:\r?\n([\s\S]*))?$/.exec(text) ?? [];
  if (yaml === undefined) throw fault(where, "it does not begin with YAML between two lines of ---");
  return { yaml, body };
}

function parseHead(yaml: string, where: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = parse(yaml);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw fault(where, `its head is no YAML (${reason.replace(/:$/, "")})`, cause);
  }
  if (!isObject(parsed)) throw fault(where, "its head is no list of keys and values");
  return parsed;
}

function fault(where: string, reason: string, cause?: unknown): MortarError {
  return new MortarError("invalid_input", `${where} is no skill: ${reason}`, {
    hint: "A SKILL.md begins with name and description, as agentskills.io/specification says.",
    cause,
  });
}
