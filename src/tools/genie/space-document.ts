// A Genie space's document (`serialized_space`): read from what a caller gives, read for people, changed in parts.
// Its ids are 32 lower-case hexadecimal digits, and every list in it is sorted, or the workspace refuses it.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject, parseJson } from "../../platform/json.ts";

type Document = Readonly<Record<string, unknown>>;

export const spaceDefinitionInput = z
  .union([z.string(), z.looseObject({})])
  .describe("The whole space (serialized_space), as get_genie_space gives it: an object or JSON text");

export const spacePartInputs = {
  tables: z.array(z.string().regex(/^[^.]+(?:\.[^.]+){2}$/, "catalog.schema.table")).optional(),
  sample_questions: z.array(z.string().min(1)).optional(),
  instructions: z.string().optional().describe("What words mean here, default filters: short"),
  example_queries: z
    .array(z.strictObject({ question: z.string().min(1), sql: z.string().min(1) }))
    .optional()
    .describe("Questions with SQL that was tried: Genie goes by them"),
};

export interface SpaceParts {
  readonly tables?: readonly string[] | undefined;
  readonly sample_questions?: readonly string[] | undefined;
  readonly instructions?: string | undefined;
  readonly example_queries?: readonly { readonly question: string; readonly sql: string }[] | undefined;
}

/** The document of a space. Throws `invalid_input` for what is none. */
export function documentOf(given: string | Document): Document {
  const value = typeof given === "string" ? parsed(given) : given;
  if (isObject(value) && typeof value["version"] === "number") return value;
  throw new MortarError("invalid_input", "A Genie space's definition is an object with a version", {
    hint: "`get_genie_space` with include_definition gives one to start from; `tables` alone make a new one.",
  });
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : "it ends too early";
    throw new MortarError("invalid_input", `The Genie space's definition is not JSON: ${why.slice(0, 200)}`, {
      hint: "Give it as an object, or as JSON text.",
    });
  }
}

/** True where some part of the document is to be replaced. */
export function hasParts({ tables, sample_questions, instructions, example_queries }: SpaceParts): boolean {
  return [tables, sample_questions, instructions, example_queries].some((part) => part !== undefined);
}

/** The document with the given parts in place of its own; what is said of a table that stays, stays. */
export function withParts(document: Document, parts: SpaceParts, newId: () => string = hexId): Document {
  const sources = section(document, "data_sources");
  const config = section(document, "config");
  const instructions = section(document, "instructions");
  const { tables, sample_questions, example_queries } = parts;
  const withIds = (items: readonly object[]) => items.map((item) => ({ id: newId(), ...item })).toSorted(byId);
  const text = parts.instructions;
  return {
    ...document,
    ...(tables === undefined ? {} : { data_sources: withTables(sources, tables) }),
    ...(sample_questions === undefined
      ? {}
      : {
          config: {
            ...config,
            sample_questions: withIds(sample_questions.map((question) => ({ question: [question] }))),
          },
        }),
    ...(text === undefined && example_queries === undefined
      ? {}
      : {
          instructions: {
            ...instructions,
            ...(text === undefined
              ? {}
              : { text_instructions: text === "" ? [] : withIds([{ content: linesOf(text) }]) }),
            ...(example_queries === undefined
              ? {}
              : {
                  example_question_sqls: withIds(
                    example_queries.map(({ question, sql }) => ({ question: [question], sql: linesOf(sql) })),
                  ),
                }),
          },
        }),
  };
}

function withTables(sources: Document, tables: readonly string[]): object {
  const views = list(sources["metric_views"]);
  const known = new Map([...views, ...list(sources["tables"])].map((one) => [one["identifier"], one]));
  const chosen = [...new Set(tables)].toSorted();
  const isView = (name: string): boolean => views.some((one) => one["identifier"] === name);
  const entries = (names: readonly string[]) => names.map((identifier) => known.get(identifier) ?? { identifier });
  const kept = chosen.filter(isView);
  const { metric_views: _views, ...rest } = sources;
  return {
    ...rest,
    tables: entries(chosen.filter((name) => !isView(name))),
    ...(kept.length === 0 ? {} : { metric_views: entries(kept) }),
  };
}

/** What stands in the document, for people: its tables and metric views, and its questions. */
export function summaryOf(document: Document) {
  const sources = section(document, "data_sources");
  const instructions = section(document, "instructions");
  const names = [...list(sources["tables"]), ...list(sources["metric_views"])].map((one) => String(one["identifier"]));
  const questions = list(section(document, "config")["sample_questions"]).map((one) => textOf(one["question"]));
  const notes = list(instructions["text_instructions"]).map((one) => textOf(one["content"]));
  return {
    tables: names,
    sample_questions: questions,
    instructions: notes.length === 0 ? undefined : notes.join("\n"),
    example_queries: list(instructions["example_question_sqls"]).length,
  };
}

export const emptyDocument: Document = { version: 2 };

const hexId = (): string => crypto.randomUUID().replaceAll("-", "");
const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1);

/** The lines of a text, each with its end, as the document keeps texts. */
const linesOf = (text: string): string[] => text.split(/(?<=\n)/);

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join("") : String(value ?? "");
}

function section(document: Document, key: string): Document {
  const value = document[key];
  return isObject(value) ? value : {};
}

function list(value: unknown): readonly Document[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
