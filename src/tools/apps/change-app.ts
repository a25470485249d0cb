// update_app, start_app, stop_app, delete_app.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { asksNobody, question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { appOf, deleteOne, switchOne, updateOne } from "./apps-api.ts";
import { untilCompute } from "./create-app.ts";
import { appFields, appInput, resourcesInput, shownApp } from "./fields.ts";

export const updateApp = defineTool({
  name: "update_app",
  toolset: "apps",
  effect: "write",
  idempotent: true,
  title: "Change an app",
  description:
    "Changes an app's description, resources (all of them) or user scopes. deploy_app lets the app see new resources.",
  input: z.strictObject({
    name: appInput,
    description: z.string().optional(),
    resources: resourcesInput.optional(),
    user_api_scopes: z.array(z.string()).optional(),
  }),
  output: z.object(appFields),
  targets: nowhere,
  run: async (context, { name, ...body }) => shownApp(await updateOne(context, name, body)),
  text: (output) => fieldText(fieldLines(output)),
});

export const startApp = defineTool({
  name: "start_app",
  toolset: "apps",
  effect: "write",
  idempotent: true,
  title: "Start an app",
  description: "Starts a stopped app with what was deployed last.",
  input: z.strictObject({ name: appInput, wait_seconds: waitSecondsInput(50) }),
  output: z.object(appFields),
  targets: nowhere,
  run: async (context, { name, wait_seconds }) => {
    const before = await appOf(context, name);
    if (before.computeState !== "ACTIVE") await switchOne(context, name, "start");
    const app = await untilCompute(context, await appOf(context, name), { wait_seconds, wanted: "ACTIVE" });
    return shownApp(app, app.computeState === "ACTIVE" ? undefined : "It is starting: `get_app` shows when it runs.");
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: ({ compute_state }) => compute_state === "ERROR",
});

export const stopApp = defineTool({
  name: "stop_app",
  toolset: "apps",
  effect: "destructive",
  idempotent: true,
  title: "Stop an app",
  description: "Stops an app for everyone who uses it. start_app starts it again.",
  input: z.strictObject({ name: appInput, wait_seconds: waitSecondsInput(50) }),
  output: z.object(appFields),
  confirm: asksNobody,
  targets: nowhere,
  run: async (context, { name, wait_seconds }) => {
    const before = await appOf(context, name);
    if (before.computeState !== "STOPPED") await switchOne(context, name, "stop");
    const app = await untilCompute(context, await appOf(context, name), { wait_seconds, wanted: "STOPPED" });
    return shownApp(
      app,
      app.computeState === "STOPPED" ? undefined : "It is stopping: `get_app` shows when it has stopped.",
    );
  },
  text: (output) => fieldText(fieldLines(output)),
});

export const deleteApp = defineTool({
  name: "delete_app",
  toolset: "apps",
  effect: "destructive",
  title: "Delete an app",
  description: "Deletes an app with its address and its service principal. Its source in the workspace stays.",
  input: z.strictObject({ name: appInput }),
  output: z.object({ ...appFields, deleted: z.boolean() }),
  confirm: ({ name }) => question`Delete the app ${name} with its address and its service principal?`,
  targets: nowhere,
  run: async (context, { name }) => {
    const app = await appOf(context, name);
    await deleteOne(context, name);
    return { ...shownApp(app), deleted: true };
  },
  text: (output) => fieldText(fieldLines(output)),
});
