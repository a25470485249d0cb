// get_app: state, address, resources and deployment of an app.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { fieldLines, fieldText } from "../text.ts";
import { appOf } from "./apps-api.ts";
import { appFields, appInput, shownApp } from "./fields.ts";

export const getApp = defineTool({
  name: "get_app",
  toolset: "apps",
  effect: "read",
  title: "Get an app",
  description: "Tells an app's state, address, resources and what is deployed.",
  input: z.strictObject({ name: appInput }),
  output: z.object(appFields),
  run: async (context, { name }) => {
    const app = await appOf(context, name);
    const isTroubled = app.state === "CRASHED" || app.pending?.state === "FAILED";
    return shownApp(app, isTroubled ? "`get_app_logs` shows why." : undefined);
  },
  text: (output) => fieldText(fieldLines(output)),
});
