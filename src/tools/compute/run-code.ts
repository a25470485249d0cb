// run_code: code without a notebook and without a context.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { asksNobody } from "../question.ts";
import { runsCode } from "../targets.ts";
import { codeInput, codeLanguageInput, runCodeAsWished } from "./code-input.ts";
import { codeFailed, codeOutput, codeText } from "./code-result.ts";

export const runCode = defineTool({
  name: "run_code",
  toolset: "compute",
  effect: "destructive",
  openWorld: true,
  title: "Run code",
  description:
    "Runs Python or SQL on serverless compute, or any language on a cluster, and gives its output. Longer code: the answer has a run_id for wait_for_run, or a command_id for get_command_result. Cancelling the call ends the code.",
  input: z.strictObject({ code: z.string().min(1, "must not be empty"), language: codeLanguageInput, ...codeInput }),
  output: codeOutput,
  confirm: asksNobody,
  targets: runsCode,
  run: (context, { code, language = "python", ...wish }) => runCodeAsWished(context, { code, language }, wish),
  text: codeText,
  failed: codeFailed,
});
