// What runs/export returns: an HTML page that carries the executed notebook, decoded into cells with their outputs.
import { MortarError } from "../platform/errors.ts";
import { isObject, parseJson } from "../platform/json.ts";
import { magicOf } from "./cell.ts";
import { cellLanguageOf, notebookLanguageOf, type CellLanguage, type NotebookLanguage } from "./language.ts";
import { asText, errorOutput, readResults, textOutput, type CellOutput } from "./outputs.ts";

export interface RunCell {
  /** Place among the cells of the run, from 0. */
  readonly index: number;
  readonly language: CellLanguage;
  readonly title?: string;
  /** The cell's text with its magic line. */
  readonly source: string;
  /** The workspace's word: `finished`, `error`, `cancelled`, `running`, `input` (never started) ... */
  readonly state: string;
  readonly outputs: readonly CellOutput[];
  /** Milliseconds since the epoch. */
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
}

export interface RunExport {
  readonly name: string;
  readonly language: NotebookLanguage;
  readonly cells: readonly RunCell[];
}

const marker = /__DATABRICKS_NOTEBOOK_MODEL\s*=\s*/;

/**
 * Decodes the `content` of a notebook view of GET /api/2.2/jobs/runs/export. The page holds the model as base64 of
 * percent-encoded JSON. Throws `bad_response` when there is none; an unknown shape inside the model does no harm.
 */
export function parseRunExport(html: string): RunExport {
  const model = readModel(modelText(html));
  const language = notebookLanguageOf(asText(model["language"])) ?? "python";
  const commands = Array.isArray(model["commands"]) ? model["commands"].filter(isObject).filter(isCell) : [];
  const sorted = commands.toSorted((left, right) => position(left) - position(right));
  return {
    name: asText(model["name"]),
    language,
    cells: sorted.map((command, index) => readCommand(command, index, language)),
  };
}

function modelText(html: string): string {
  const found = marker.exec(html);
  if (found === null) throw noModel("The run export holds no notebook");
  const start = found.index + found[0].length;
  const quote = html[start];
  if (quote === "'" || quote === '"') {
    const end = html.indexOf(quote, start + 1);
    if (end === -1) throw noModel("The run export is cut off");
    return html.slice(start + 1, end);
  }
  const end = html.indexOf("</script", start);
  return html.slice(start, end === -1 ? undefined : end).replace(/;?\s*$/, "");
}

function readModel(text: string): Record<string, unknown> {
  try {
    const model: unknown = parseJson(decodeModel(text));
    if (isObject(model)) return model;
  } catch (cause) {
    throw noModel("The notebook in the run export cannot be decoded", cause);
  }
  throw noModel("The notebook in the run export is not an object");
}

/** Pages of every age: base64 of percent-encoded JSON, base64 of JSON, JSON. */
function decodeModel(text: string): string {
  if (text.startsWith("{")) return text;
  const decoded = Buffer.from(text, "base64").toString("utf8");
  return decoded.startsWith("{") ? decoded : decodeURIComponent(decoded);
}

function noModel(message: string, cause?: unknown): MortarError {
  return new MortarError("bad_response", message, {
    hint: "Only runs of notebook tasks can be exported, by the run id of the task. Open the run's page in the workspace to see its output.",
    cause,
  });
}

/** Charts are kept as commands of their own below the cell that they belong to. */
function isCell(command: Record<string, unknown>): boolean {
  return !/subcmd|subcommand/i.test(asText(command["subtype"]));
}

function position(command: Record<string, unknown>): number {
  const at = Number(command["position"]);
  return Number.isFinite(at) ? at : Number.MAX_SAFE_INTEGER;
}

function readCommand(command: Record<string, unknown>, index: number, language: NotebookLanguage): RunCell {
  const source = asText(command["command"]).replaceAll("\r\n", "\n");
  const magic = magicOf(source);
  const title = asText(command["commandTitle"]);
  const startedAtMs = timeOf(command["startTime"]);
  const finishedAtMs = timeOf(command["finishTime"]);
  return {
    index,
    language: (magic === undefined ? undefined : cellLanguageOf(magic)) ?? language,
    ...(title === "" ? {} : { title }),
    source,
    state: asText(command["state"]) || "unknown",
    outputs: readOutputs(command),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
  };
}

function readOutputs(command: Record<string, unknown>): CellOutput[] {
  const outputs = readResults(command["results"]);
  if (outputs.length === 0) outputs.push(...textOutput(asText(command["resultDbfsErrorMessage"])));
  if (outputs.some(({ type }) => type === "error")) return outputs;
  const error = errorOutput(command["errorSummary"], command["error"]);
  return error === undefined ? outputs : [...outputs, error];
}

/** A time in milliseconds; 0 stands for none. */
function timeOf(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}
