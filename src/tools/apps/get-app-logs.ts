// get_app_logs: the last lines that an app, and the platform around it, have said.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { isoTime, tableFields, tableOf, waitSecondsInput } from "../fields.ts";
import { fitting } from "../limits.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { waitMs } from "../waiting.ts";
import { appLog } from "./app-log.ts";
import { appOf } from "./apps-api.ts";
import { appInput } from "./fields.ts";

export const getAppLogs = defineTool({
  name: "get_app_logs",
  toolset: "apps",
  effect: "read",
  title: "Get an app's logs",
  description: "Tells the last log lines of an app: its own, and those of the platform that builds and starts it.",
  input: z.strictObject({
    name: appInput,
    lines: z.int().min(1).max(1_000).default(200),
    search: z.string().default("").describe("Only lines with this text"),
    source: z.enum(["APP", "SYSTEM"]).optional(),
    wait_seconds: waitSecondsInput(20),
  }),
  output: z.object({
    name: z.string(),
    state: z.string().optional(),
    ...tableFields,
    returned: z.number(),
    received: z.number(),
    truncated: z.boolean(),
    hint: z.string().optional(),
  }),
  run: async (context, { name, lines, search, source, wait_seconds }) => {
    const app = await appOf(context, name);
    if (app.url === undefined) {
      throw new MortarError("invalid_state", `The app ${name} has no address, and so no log`, {
        hint: "`start_app` starts it.",
      });
    }
    const timeoutMs = waitMs({ wait_seconds }, context);
    const tail = await appLog(context, { url: app.url, search, source, lines, timeoutMs });
    // The end of a log says what went wrong.
    const shown = fitting(tail.lines.toReversed(), context.limits.textChars).toReversed();
    return {
      name,
      state: app.state,
      ...tableOf(shown, {
        time: ({ timeMs }) => isoTime(timeMs),
        source: (line) => line.source,
        message: ({ message }) => message,
      }),
      returned: shown.length,
      received: tail.received,
      truncated: shown.length < tail.received,
      hint: tail.received === 0 ? "Nothing is in the log that fits." : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});
