// run_file: a file of this machine, run on the workspace.
import { open, stat } from "node:fs/promises";
import { extname } from "node:path";
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { asksNobody } from "../question.ts";
import { runsCode } from "../targets.ts";
import { localPath } from "../transfer/local-place.ts";
import { codeInput, codeLanguageInput, runCodeAsWished, type CodeLanguage } from "./code-input.ts";
import { codeFailed, codeOutput, codeText } from "./code-result.ts";

const languages: Readonly<Record<string, CodeLanguage>> = {
  ".py": "python",
  ".ipynb": "python",
  ".sql": "sql",
  ".scala": "scala",
  ".r": "r",
};

/** A notebook of the workspace may have 10 MB. */
const mostBytes = 10_000_000;

export const runFile = defineTool({
  name: "run_file",
  toolset: "compute",
  effect: "destructive",
  local: true,
  openWorld: true,
  title: "Run a local file",
  description: "Runs a local .py, .sql, .scala, .r or .ipynb file on the workspace, as run_code runs code.",
  input: z.strictObject({
    local_file: z.string().min(1, "must not be empty").describe("File on the local machine"),
    language: codeLanguageInput.describe("Default: by the file's extension"),
    ...codeInput,
  }),
  output: codeOutput,
  confirm: asksNobody,
  targets: runsCode,
  run: async (context, { local_file: file, language, ...wish }) => {
    const path = localPath(context.deps, file);
    const meant = language ?? languages[extname(path).toLowerCase()];
    if (meant === undefined) {
      throw new MortarError("invalid_input", `The extension of ${file} names no language`, {
        hint: "Give language, or take a .py, .sql, .scala, .r or .ipynb file.",
      });
    }
    const code = await textOf(path);
    const isNotebook = extname(path).toLowerCase() === ".ipynb";
    if (isNotebook && (wish.compute === "cluster" || wish.cluster_id !== undefined)) {
      throw new MortarError("invalid_input", "A .ipynb file runs on serverless compute alone", {
        hint: "Leave compute and cluster_id out, or upload it and use `run_notebook`.",
      });
    }
    return await runCodeAsWished(context, { code, language: meant }, wish);
  },
  text: codeText,
  failed: codeFailed,
});

/** Throws `not_found`, `invalid_input`, `too_large`. */
async function textOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new MortarError("not_found", `There is no file ${path} that can be read`, { hint: "Check the path." });
  if (!found.isFile()) throw new MortarError("invalid_input", `${path} is not a file`, { hint: "Name a single file." });
  if (found.size > mostBytes) {
    throw new MortarError("too_large", `${path} has ${found.size} bytes, and a notebook has at most ${mostBytes}`, {
      hint: "Keep data out of the code: in a volume.",
    });
  }
  const handle = await open(path).catch(() => undefined);
  if (handle === undefined)
    throw new MortarError("not_found", `There is no file ${path} that can be read`, { hint: "Check its permissions." });
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await handle.readFile());
    if (text.trim() === "")
      throw new MortarError("invalid_input", `${path} is empty`, { hint: "Name a file with code." });
    return text;
  } catch (thrown) {
    if (thrown instanceof MortarError) throw thrown;
    throw new MortarError("invalid_input", `${path} is no text in UTF-8`, { hint: "Name a file with code." });
  } finally {
    await handle.close();
  }
}
