// One output of a Jupyter code cell, for reading.
import { isObject } from "../platform/json.ts";
import { asText, errorOutput, readMimeBundle, readResults, textOutput, type CellOutput } from "./outputs.ts";

const databricksOutput = "application/vnd.databricks.v1+output";

/** An entry of a cell's `outputs`. What Databricks keeps in its own metadata goes before the plain representation. */
export function readIpynbOutput(output: unknown): CellOutput[] {
  if (!isObject(output)) return [];
  const metadata = isObject(output["metadata"]) ? output["metadata"] : {};
  if (isObject(metadata[databricksOutput])) {
    const own = readResults(metadata[databricksOutput]);
    if (own.length > 0) return own;
  }
  switch (output["output_type"]) {
    case "stream":
      return textOutput(asText(output["text"]));
    case "error":
      return readJupyterError(output);
    default:
      return isObject(output["data"]) ? readMimeBundle(output["data"]) : [];
  }
}

function readJupyterError(output: Record<string, unknown>): CellOutput[] {
  const trace = Array.isArray(output["traceback"]) ? output["traceback"].map(asText).join("\n") : "";
  const summary = [asText(output["ename"]), asText(output["evalue"])].filter((part) => part !== "").join(": ");
  const error = errorOutput(summary, trace);
  return error === undefined ? [] : [error];
}
