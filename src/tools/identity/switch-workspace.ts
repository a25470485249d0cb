// switch_workspace: the rest of the session on another profile's workspace.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { afterSwitch, hostBefore, landedFields, needSwitching } from "./switching.ts";

export const switchWorkspace = defineTool({
  name: "switch_workspace",
  toolset: "identity",
  effect: "write",
  local: true,
  idempotent: true,
  title: "Switch the workspace",
  description:
    "Goes on with another profile: every later call of this session is on its workspace. Where its sign-in does not work, the session stays where it is.",
  input: z.strictObject({ profile: z.string().min(1, "must not be empty").describe("As list_profiles names it") }),
  output: z.object(landedFields),
  needsSignIn: false,
  targets: nowhere,
  run: async (context, { profile }) => {
    const before = hostBefore(context);
    return await afterSwitch(await needSwitching(context).use(profile, context.signal), { profile, before, context });
  },
  text: (output) => fieldText(fieldLines(output)),
});
