// sign_in: the person signs in with the browser; then the session goes on there.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { afterSwitch, hostBefore, landedFields, needSwitching } from "./switching.ts";

export const signIn = defineTool({
  name: "sign_in",
  toolset: "identity",
  effect: "write",
  local: true,
  openWorld: true,
  title: "Sign in with the browser",
  description:
    "Opens the browser for the person to sign in to a workspace, keeps the sign-in as a profile, and goes on there. Ask the person first.",
  input: z.strictObject({
    host: z.string().optional().describe("https://YOUR-WORKSPACE; without it the profile's"),
    profile: z.string().optional().describe("Name of the profile, new or old"),
    wait_seconds: waitSecondsInput(240),
  }),
  output: z.object({ ...landedFields, already_signed_in: z.boolean() }),
  needsSignIn: false,
  targets: nowhere,
  run: async (context, { host, profile, wait_seconds }) => {
    const switching = needSwitching(context);
    if (host === undefined && profile === undefined) {
      throw new MortarError("invalid_input", "Neither a host nor a profile says where to sign in", {
        hint: "Give host, or the name of a profile that `list_profiles` shows.",
      });
    }
    const [{ login }, { publicClientId }] = await Promise.all([
      import("../../auth/login.ts"),
      import("../../auth/grants.ts"),
    ]);
    const result = await login(tellingDeps(context), {
      host,
      profile,
      force: false,
      noBrowser: false,
      timeoutMs: wait_seconds * 1_000,
      clientId: publicClientId,
      signal: context.signal,
    });
    const before = hostBefore(context);
    const workspace = await switching.use(result.profile, context.signal);
    const landed = await afterSwitch(workspace, { profile: result.profile, before, context });
    return { ...landed, already_signed_in: result.alreadySignedIn };
  },
  text: (output) => fieldText(fieldLines(output)),
});

/** The address reaches the person as progress; the protocol's own input and output are left alone. */
function tellingDeps({ deps, progress }: ToolContext): Deps {
  return {
    ...deps,
    stdin: { isTTY: false, readLine: async () => undefined, readAll: async () => "" },
    stderr: { ...deps.stderr, isTTY: false, write: (text) => progress(String(text).trim().replace(/\s+/g, " ")) },
  };
}
