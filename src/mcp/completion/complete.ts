// completion/complete: values for an argument of a template or of a prompt.
import type { CompleteResult, ServerContext } from "@modelcontextprotocol/server";
import type { Selection } from "../../tools/selection.ts";
import type { CallSurroundings } from "../call.ts";
import { wrongRequest } from "../errors.ts";
import { findPrompt } from "../prompts/get.ts";
import { kindsOn, type ResourceKind } from "../resources/kinds.ts";
import { skillTemplate } from "../resources/templates.ts";
import { scopeOf } from "./scope.ts";
import type { SourceName } from "./source.ts";
import { sources } from "./sources.ts";

export interface CompleteParams {
  readonly ref:
    { readonly type: "ref/prompt"; readonly name: string } | { readonly type: "ref/resource"; readonly uri: string };
  readonly argument: { readonly name: string; readonly value: string };
  readonly context?: { readonly arguments?: Readonly<Record<string, string>> | undefined } | undefined;
}

/** The protocol's limit of one answer. */
const most = 100;

/** Throws ProtocolError for what cannot be completed here; where the workspace does not answer, there are no values. */
export async function complete(
  around: CallSurroundings,
  { ref, argument, context }: CompleteParams,
  { signal }: Pick<ServerContext["mcpReq"], "signal">,
): Promise<CompleteResult["completion"]> {
  const named =
    ref.type === "ref/prompt" ? ofPrompt(around.selection, ref.name) : ofTemplate(around.selection, ref.uri);
  const known = Object.keys(named);
  if (!known.includes(argument.name)) {
    throw wrongRequest(
      `There is no argument ${JSON.stringify(argument.name.slice(0, 100))}: it takes ${known.join(", ")}`,
    );
  }
  const source = named[argument.name];
  if (source === undefined) return { values: [], total: 0, hasMore: false };
  try {
    const found = await sources[source](argument.value, scopeOf(around, context?.arguments ?? {}, signal));
    return { values: found.slice(0, most), total: found.length, hasMore: found.length > most };
  } catch (thrown) {
    around.deps.log.debug(`completion: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return { values: [], total: 0, hasMore: false };
  }
}

type Named = Readonly<Record<string, SourceName | undefined>>;

function ofPrompt(selection: Selection, name: string): Named {
  return Object.fromEntries(findPrompt(selection, name).arguments.map((one) => [one.name, one.source]));
}

const ofKinds: Readonly<Record<ResourceKind["name"], Named>> = {
  notebook: { path: "notebookParts" },
  run: { run_id: "runId" },
  table: { catalog: "catalog", schema: "schema", table: "table" },
  job: { job_id: "jobId" },
  dashboard: { dashboard_id: "dashboardId" },
};

function ofTemplate(selection: Selection, uri: string): Named {
  if (uri === skillTemplate) return { name: "skill", file: "skillFile" };
  const kinds = kindsOn(selection);
  const kind = kinds.find(({ template }) => template === uri);
  if (kind !== undefined) return ofKinds[kind.name];
  const forms = [...kinds.map(({ template }) => template), skillTemplate];
  throw wrongRequest(`No template is ${JSON.stringify(uri.slice(0, 200))}: they are ${forms.join(", ")}`);
}
