// deploy_app: source from a workspace folder into an app, and the end of its log where that fails.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { pollUntil } from "../../workspace/poll.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { pathInput, waitSecondsInput } from "../fields.ts";
import { absolutePath, statusAt } from "../paths.ts";
import { asksNobody } from "../question.ts";
import { runsCode } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs, waitOptions } from "../waiting.ts";
import { appLog } from "./app-log.ts";
import { appOf, deploymentOf, deployOne, type Deployment } from "./apps-api.ts";
import { appInput, deploymentFields, shownDeployment } from "./fields.ts";

export const deployApp = defineTool({
  name: "deploy_app",
  toolset: "apps",
  effect: "destructive",
  openWorld: true,
  title: "Deploy an app",
  description:
    "Deploys a workspace folder into an app in the place of what runs, and waits. upload_to_workspace brings the folder up; no file of it may pass 10 MB. Where it fails, the end of the log is in the result.",
  input: z.strictObject({
    name: appInput,
    source_path: pathInput("Workspace folder with app.yaml"),
    mode: z.enum(["SNAPSHOT", "AUTO_SYNC"]).default("SNAPSHOT"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object({
    name: z.string(),
    url: z.string().optional(),
    ...deploymentFields,
    log_tail: z.string().optional(),
    hint: z.string().optional(),
  }),
  spellings: { source_code_path: "source_path" },
  // The app that runs stays until the new one does, and its source can be deployed again.
  confirm: asksNobody,
  targets: runsCode,
  run: async (context, input) => {
    const path = await absolutePath(context, input.source_path);
    const { objectType } = await statusAt(context, path);
    if (objectType !== "DIRECTORY" && objectType !== "REPO") {
      throw new MortarError("invalid_input", `${path} is a ${objectType}, and an app is deployed from a folder`, {
        hint: "Name the folder that app.yaml is in.",
      });
    }
    const begun = await deployOne(context, input.name, { source_code_path: path, mode: input.mode });
    const last = await untilDeployed(context, input.name, { begun, wait_seconds: input.wait_seconds });
    const { url } = await appOf(context, input.name);
    const isFailed = last.state === "FAILED";
    return {
      name: input.name,
      url,
      ...shownDeployment(last),
      log_tail: isFailed && url !== undefined ? await tailOf(context, url) : undefined,
      hint: hintOf(last),
    };
  },
  text: ({ log_tail, ...rest }) => fieldText(fieldLines(rest), log_tail === undefined ? [] : ["log_tail:", log_tail]),
  failed: ({ state }) => state === "FAILED",
});

function hintOf({ state }: Deployment): string | undefined {
  if (state === "IN_PROGRESS") return "It goes on: `get_app` shows when deployment_state is SUCCEEDED.";
  return state === "FAILED" ? "`get_app_logs` shows more." : undefined;
}

interface Begun {
  readonly begun: Deployment;
  readonly wait_seconds: number;
}

async function untilDeployed(context: ToolContext, name: string, { begun, wait_seconds }: Begun): Promise<Deployment> {
  const telling = waitOptions<Deployment>(
    context,
    waitMs({ wait_seconds }, context),
    ({ message, state }) => message ?? state,
  );
  const { last } = await pollUntil(context.deps.clock, () => deploymentOf(context, name, begun.id), {
    ...telling,
    done: ({ state }) => state !== "IN_PROGRESS",
  });
  return last;
}

const tailLines = 40;

/** What the app said at last; nothing where it says nothing. */
async function tailOf(context: ToolContext, url: string): Promise<string | undefined> {
  try {
    const wish = { url, search: "", source: undefined, lines: tailLines, timeoutMs: 10_000 };
    const { lines } = await appLog(context, wish);
    return lines.length === 0 ? undefined : lines.map(({ message }) => message).join("\n");
  } catch (thrown) {
    if (thrown instanceof MortarError) return undefined;
    throw thrown;
  }
}
