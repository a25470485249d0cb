// create_app: an app without code yet, and its compute.
import * as z from "zod";
import { pollUntil } from "../../workspace/poll.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs, waitOptions } from "../waiting.ts";
import { appOf, createOne, type App } from "./apps-api.ts";
import { appFields, newAppName, resourcesInput, shownApp } from "./fields.ts";

export const createApp = defineTool({
  name: "create_app",
  toolset: "apps",
  effect: "write",
  title: "Create an app",
  description:
    "Creates a Databricks App and waits for its compute; deploy_app puts code into it. It costs money while it runs.",
  input: z.strictObject({
    name: newAppName,
    description: z.string().optional(),
    resources: resourcesInput.optional(),
    user_api_scopes: z
      .array(z.string())
      .optional()
      .describe("What it may do as its user: sql, serving.serving-endpoints"),
    no_compute: z.boolean().default(false).describe("Without starting it"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object(appFields),
  targets: nowhere,
  run: async (context, { no_compute, wait_seconds, ...body }) => {
    const made = await createOne(context, body, no_compute);
    const app = no_compute ? made : await untilCompute(context, made, { wait_seconds, wanted: "ACTIVE" });
    const isOnItsWay = app.computeState === "STARTING";
    return shownApp(
      app,
      isOnItsWay ? "It is starting: `get_app` shows when compute_state is ACTIVE." : "`deploy_app` puts code into it.",
    );
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: ({ compute_state }) => compute_state === "ERROR",
});

interface Wish {
  readonly wait_seconds: number;
  readonly wanted: "ACTIVE" | "STOPPED";
}

/** The app when its compute is as wanted, or as it is when the wait is over. */
export async function untilCompute(context: ToolContext, app: App, { wait_seconds, wanted }: Wish): Promise<App> {
  const settled = ({ computeState }: App): boolean => computeState === wanted || computeState === "ERROR";
  if (settled(app)) return app;
  const telling = waitOptions<App>(
    context,
    waitMs({ wait_seconds }, context),
    ({ computeState }) => `compute is ${computeState}`,
  );
  const { last } = await pollUntil(context.deps.clock, () => appOf(context, app.name), { ...telling, done: settled });
  return last;
}
