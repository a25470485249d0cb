// `mortar emulator start`: here, or in the background.
import { resolve } from "node:path";
import type { CommandContext, Run } from "../../cli/context.ts";
import { renderResult } from "../../cli/render.ts";
import type { CommandResult, FlagValues } from "../../cli/spec.ts";
import type { RunRecord } from "../../emulator/service/run-file.ts";
import { emulatorFolder, findRunning, serveEmulator, startService } from "../../emulator/service/service.ts";
import { MortarError } from "../../platform/errors.ts";
import { parseJson } from "../../platform/json.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { checkProfile, writeProfile } from "./profile.ts";
import { runningData, runningLines } from "./running.ts";
import type { startFlags } from "./table.ts";

type Context = CommandContext<typeof startFlags>;

export const run: Run<typeof startFlags> = async (context) => {
  const { deps, flags, signal } = context;
  checkFlags(flags);
  const folder = emulatorFolder(deps, flags.data);
  if (flags["write-profile"] !== undefined) await checkProfile(deps, flags["write-profile"]);
  const running = await findRunning(deps, folder, signal);
  if (running !== undefined) return describe(context, running, "runs already");
  if (flags.foreground || flags.service) return serve(context, folder);
  const { record, already } = await startService(deps, { folder, words: childWords(context), signal });
  return describe(context, record, already ? "runs already" : "runs");
};

/** Serves until Ctrl-C; what the others get as a result is printed as soon as it runs. */
async function serve(context: Context, folder: string): Promise<void> {
  const { deps, flags, signal } = context;
  const writing: Promise<void>[] = [];
  const scenario = await readScenario(context);
  await serveEmulator(
    deps,
    {
      folder,
      port: flags.port,
      owner: flags.owner,
      scenario,
      logFile: fileFlag(context, "log-requests"),
      switches: {
        accessTokenMs: flags["token-lifetime"],
        clusterStartMs: flags["cluster-start"],
        serverless: !flags["no-serverless"],
        autoConsent: flags["auto-consent"],
      },
    },
    {
      signal,
      background: flags.service,
      onReady: (record) => {
        context.progress.clear();
        // The output of the background's process is a file, where the token does not belong.
        if (flags.service) return;
        const printing = describe(context, record, "runs; Ctrl-C stops it").then((result) =>
          deps.stdout.write(renderResult(result, context.json)),
        );
        writing.push(printing.catch((thrown: unknown) => deps.log.warn(thrown instanceof Error ? thrown.message : "")));
      },
    },
  );
  await Promise.all(writing);
}

async function describe(context: Context, record: RunRecord, how: string): Promise<CommandResult> {
  const { deps, flags, signal } = context;
  const profile = flags["write-profile"];
  const file = profile === undefined ? undefined : await writeProfile(deps, profile, record, signal);
  const token = record.token.reveal();
  const data = {
    ...runningData(record),
    already_running: how === "runs already",
    token,
    profile: profile ?? null,
    config_file: file ?? null,
  };
  const lines = [
    `The emulated workspace ${how}. It runs code with your rights, and listens on 127.0.0.1 only.`,
    "",
    ...runningLines(record),
    `  token         ${token}`,
    "",
    ...(file === undefined ? profileLines(record.host, token) : [`Profile ${profile} was written to ${file}.`]),
  ];
  return { data, text: `${lines.join("\n")}\n` };
}

function profileLines(host: string, token: string): string[] {
  return ["For ~/.databrickscfg:", "", "[emulator]", `host  = ${host}`, `token = ${token}`];
}

/** The flags that the background process gets; the profile is written by this one. */
function childWords(context: Context): string[] {
  const { flags } = context;
  const log = fileFlag(context, "log-requests");
  const scenario = fileFlag(context, "scenario");
  return [
    ...(flags.port === undefined ? [] : ["--port", String(flags.port)]),
    ...(flags.owner === undefined ? [] : [`--owner=${flags.owner}`]),
    ...(flags["no-serverless"] ? ["--no-serverless"] : []),
    ...(flags["auto-consent"] ? ["--auto-consent"] : []),
    ...(log === undefined ? [] : [`--log-requests=${log}`]),
    ...(scenario === undefined ? [] : [`--scenario=${scenario}`]),
    `--token-lifetime=${flags["token-lifetime"]}ms`,
    `--cluster-start=${flags["cluster-start"]}ms`,
  ];
}

/** Absolute: the background's process has another working folder. */
function fileFlag({ deps, flags }: Context, name: "log-requests" | "scenario"): string | undefined {
  const file = flags[name];
  return file === undefined ? undefined : resolve(deps.cwd, file);
}

async function readScenario(context: Context): Promise<unknown> {
  const path = fileFlag(context, "scenario");
  if (path === undefined) return undefined;
  const text = await readTextIfPresent(path);
  if (text === undefined) throw new MortarError("not_found", `There is no file ${path}`);
  try {
    return parseJson(text);
  } catch (cause) {
    throw new MortarError("invalid_input", `${path} is not JSON: ${cause instanceof Error ? cause.message : ""}`, {
      cause,
    });
  }
}

function checkFlags(flags: FlagValues<typeof startFlags>): void {
  const { owner } = flags;
  if (owner !== undefined && !/^[^\s/@]+@[^\s/@]+$/.test(owner)) {
    throw new MortarError("usage", `--owner: ${JSON.stringify(owner)} is not an e-mail address`, {
      hint: "Write it as me@example.com.",
    });
  }
}
