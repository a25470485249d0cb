// What a command gave, in the one `results` object that the command execution API has for it.
import type { CellOutput, CellResult } from "../kernel/types.ts";

/** An error first, else the last table, else images, else all that was printed. */
export function commandResults(result: CellResult): object {
  if (result.error !== undefined) {
    return { resultType: "error", summary: result.error.summary, cause: result.error.trace };
  }
  const table = result.outputs.findLast((output) => output.type === "table");
  if (table?.type === "table") return tableResults(table);
  const images = result.outputs.flatMap((output) =>
    output.type === "image" ? [`data:${output.mime};base64,${output.base64}`] : [],
  );
  const [first] = images;
  if (first !== undefined && images.length === 1) return { resultType: "image", fileName: first };
  if (first !== undefined) return { resultType: "images", fileNames: images };
  const text =
    result.exit === undefined ? printed(result.outputs) : `${printed(result.outputs)}Notebook exited: ${result.exit}`;
  const cut = result.truncated === undefined ? {} : { truncated: true };
  return { resultType: "text", data: text.replace(/\n$/, ""), ...cut };
}

function printed(outputs: readonly CellOutput[]): string {
  return outputs.map((output) => (output.type === "text" ? output.text : htmlOf(output))).join("");
}

function htmlOf(output: CellOutput): string {
  return output.type === "html" ? output.html : "";
}

function tableResults(table: Extract<CellOutput, { type: "table" }>): object {
  return {
    resultType: "table",
    data: table.rows,
    schema: table.columns.map(({ name, type }) => ({ name, type: JSON.stringify(type), metadata: "{}" })),
    truncated: table.truncated,
    isJsonSchema: true,
  };
}
