// What is said of code that is to be run: where, how long, with which packages.
import * as z from "zod";
import type { JsonObject } from "../../platform/json.ts";
import { MortarError } from "../../platform/errors.ts";
import type { ToolContext } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { waitMs } from "../waiting.ts";
import { runOnCluster } from "./cluster-code.ts";
import type { CodeResult } from "./code-result.ts";
import { runOnServerless } from "./serverless-code.ts";

const lowered = (value: unknown): unknown => (typeof value === "string" ? value.toLowerCase() : value);

export const codeLanguage = z.enum(["python", "sql", "scala", "r"]);
export type CodeLanguage = z.output<typeof codeLanguage>;

export const codeLanguageInput = z.preprocess(lowered, codeLanguage.optional()).optional();

export const codeInput = {
  compute: z
    .enum(["auto", "serverless", "cluster"])
    .default("auto")
    .describe("auto: a cluster for cluster_id, Scala and R"),
  cluster_id: z.string().optional().describe("Default: the best that runs"),
  context_id: z.string().optional().describe("From create_context: variables stay"),
  keep_context: z.boolean().default(false).describe("Leave the cluster's context open"),
  dependencies: z.array(z.string()).optional().describe("serverless: pip requirements"),
  environment_version: z.string().optional(),
  workspace_path: z.string().optional().describe("serverless: keep the code as this notebook"),
  run_name: z.string().optional(),
  extra_settings: z.record(z.string(), z.unknown()).optional().describe("serverless: more of jobs/runs/submit"),
  limit_minutes: z.number().min(1).default(30).describe("serverless: the run ends then"),
  wait_seconds: waitSecondsInput(50),
};

const whole = z.object(codeInput);
type CodeWish = z.output<typeof whole>;

const onlyServerless = ["dependencies", "environment_version", "workspace_path", "run_name", "extra_settings"] as const;

/** Runs the code where it belongs. Throws `invalid_input` for what does not go together. */
export async function runCodeAsWished(
  context: ToolContext,
  code: { readonly code: string; readonly language: CodeLanguage },
  wish: CodeWish,
): Promise<CodeResult> {
  const { language } = code;
  const named = wish.cluster_id !== undefined || wish.context_id !== undefined;
  const auto = named || language === "scala" || language === "r" ? "cluster" : "serverless";
  const compute = wish.compute === "auto" ? auto : wish.compute;
  const timeoutMs = waitMs(wish, context);
  if (compute === "cluster") {
    refuseTogether(wish);
    refuseMagic(code.code);
    const { cluster_id: clusterId, context_id: contextId, keep_context: keepContext } = wish;
    return await runOnCluster(context, { ...code, clusterId, contextId, keepContext, timeoutMs });
  }
  if (named) {
    throw new MortarError("invalid_input", "cluster_id and context_id do not go with serverless compute", {
      hint: "Leave compute out to run on that cluster.",
    });
  }
  if (language === "scala" || language === "r") {
    throw new MortarError("invalid_input", `Serverless compute runs Python and SQL, and no ${language}`, {
      hint: 'Give compute "cluster", or a cluster_id.',
    });
  }
  return await runOnServerless(context, {
    code: code.code,
    language,
    workspacePath: wish.workspace_path,
    runName: wish.run_name,
    dependencies: wish.dependencies,
    environmentVersion: wish.environment_version,
    settings: (wish.extra_settings ?? {}) as JsonObject,
    limitMinutes: wish.limit_minutes,
    timeoutMs,
  });
}

function refuseTogether(wish: CodeWish): void {
  const given = onlyServerless.filter((name) => wish[name] !== undefined);
  if (given.length > 0) {
    throw new MortarError("invalid_input", `${given.join(", ")} goes with serverless compute alone`, {
      hint: "On a cluster, install packages with %pip in a cell, and leave these out.",
    });
  }
  if (wish.context_id !== undefined && wish.cluster_id === undefined) {
    throw new MortarError("invalid_input", "context_id needs its cluster_id", {
      hint: "`create_context` gave both.",
    });
  }
}

/** On a cluster a notebook's source is plain code, in which cells of other languages are comments. */
function refuseMagic(code: string): void {
  if (!/^(?:#|--|\/\/) MAGIC /m.test(code)) return;
  throw new MortarError(
    "invalid_input",
    "The code is a notebook with magic cells, which a context of a cluster passes over",
    {
      hint: "Write it with `write_notebook`, then use `run_notebook` with this cluster.",
    },
  );
}
