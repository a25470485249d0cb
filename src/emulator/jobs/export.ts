// runs/export: a notebook's run as the HTML page that a workspace gives, with the notebook's model inside.
import type { CellOutput, CellResult, ExecutedCommand } from "../kernel/types.ts";
import type { NotebookLanguage } from "../state/tree.ts";

export interface ExportedNotebook {
  readonly name: string;
  readonly notebookId: string;
  readonly language: NotebookLanguage;
  readonly commands: readonly ExecutedCommand[];
}

/** The page. Its model is JSON, percent-encoded, then base64, as the pages of a workspace have it. */
export function exportHtml(notebook: ExportedNotebook): string {
  const model = Buffer.from(encodeURIComponent(JSON.stringify(notebookModel(notebook)))).toString("base64");
  const title = notebook.name.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
  return [
    "<!DOCTYPE html>",
    "<html>",
    "<head>",
    `<meta name="databricks-html-version" content="1">`,
    `<title>${title} - Databricks</title>`,
    `<meta charset="utf-8">`,
    "</head>",
    "<body>",
    `<script>var __DATABRICKS_NOTEBOOK_MODEL = '${model}';</script>`,
    "</body>",
    "</html>",
  ].join("\n");
}

export function notebookModel({ name, notebookId, language, commands }: ExportedNotebook): object {
  return {
    version: "NotebookV1",
    origId: Number(notebookId),
    name,
    language: language.toLowerCase(),
    commands: commands.map((command) => commandModel(command)),
    dashboards: [],
    globalVars: {},
    iPythonMetadata: null,
    inputWidgets: {},
  };
}

function commandModel({ position, title, source, result }: ExecutedCommand): object {
  return {
    version: "CommandV1",
    subtype: "command",
    commandType: "auto",
    position,
    command: source,
    commandTitle: title ?? "",
    showCommandTitle: title !== undefined,
    state: stateOf(result),
    results: result === undefined ? null : resultsModel(result),
    errorSummary: result?.error?.summary ?? null,
    error: result?.error?.trace ?? null,
    startTime: result?.startedAt ?? 0,
    finishTime: result?.finishedAt ?? 0,
    submitTime: result?.startedAt ?? 0,
    collapsed: false,
    hideCommandCode: false,
    hideCommandResult: false,
  };
}

function stateOf(result: CellResult | undefined): string {
  if (result === undefined) return "input";
  return result.state;
}

function resultsModel(result: CellResult): object {
  const data = result.outputs.map(outputModel);
  const failed = result.error === undefined ? [] : [errorModel(result.error)];
  return { type: "listResults", data: [...data, ...failed], arguments: {}, addedWidgets: {}, removedWidgets: [] };
}

function outputModel(output: CellOutput): object {
  const common = { metadata: {}, arguments: {}, addedWidgets: {}, removedWidgets: [] };
  switch (output.type) {
    case "text":
      return { type: "ansi", data: output.text, ...common };
    case "html":
      return { type: "htmlSandbox", data: output.html, ...common };
    case "image":
      return { type: "mimeBundle", data: { [output.mime]: output.base64 }, ...common };
    default:
      return {
        type: "table",
        data: output.rows,
        schema: output.columns.map(({ name, type }) => ({ name, type: JSON.stringify(type), metadata: "{}" })),
        overflow: output.truncated,
        isJsonSchema: true,
        ...common,
      };
  }
}

function errorModel(error: { summary: string; trace: string }): object {
  return { type: "error", summary: error.summary, cause: error.trace, data: null, arguments: {} };
}
