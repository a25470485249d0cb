// `mortar app serve`: flags in, the app until Ctrl-C.
import type { CommandContext, Run } from "../../cli/context.ts";
import { renderResult } from "../../cli/render.ts";
import { chooseBrowser, openBrowser } from "../../platform/browser.ts";
import { MortarError } from "../../platform/errors.ts";
import { endWithin } from "../../platform/exit.ts";
import { resolve } from "node:path";
import type { AppPlace, RunningApp, ServeAppOptions } from "../../app/server/options.ts";
import { databaseFromEnvironment } from "../../app/storage/environment.ts";
import { serveApp } from "../../app/server/serve-app.ts";
import { engineName, permissionMode } from "../../app/server/wire-fields.ts";
import { selectionOf, termsFor } from "../tool/wish.ts";
import { unreadVariables } from "./older-variables.ts";
import type { serveFlags } from "./serve-flags.ts";

type Context = CommandContext<typeof serveFlags>;

/** After the end something may still hold the process: a request that nobody waits for. */
const exitMs = 200;

export const run: Run<typeof serveFlags> = async (context) => {
  const { deps, signal, json } = context;
  for (const warning of unreadVariables(deps.env)) deps.log.warn(warning);
  const app = await serveApp(deps, await optionsOf(context));
  try {
    deps.stdout.write(renderResult({ data: { url: app.url, key_file: app.keyFile ?? null }, text: words(app) }, json));
    if (context.flags.open) open(context, app);
    await new Promise<void>((done) => {
      if (signal.aborted) done();
      signal.addEventListener("abort", () => done(), { once: true });
    });
  } finally {
    await app.close();
  }
  endWithin(exitMs, 0);
};

async function optionsOf({ deps, flags, profile, build, signal }: Context): Promise<ServeAppOptions> {
  const folder = flags["projects-dir"];
  const older = databaseFromEnvironment(deps.env);
  const seconds = (value: number | undefined): number | undefined => (value === undefined ? undefined : value * 1_000);
  return {
    version: build.version,
    profile,
    place: placeOf(deps.env, flags),
    database: {
      database: flags.database ?? older.database,
      schema: flags["database-schema"] ?? older.schema,
      poolSize: flags["database-connections"] ?? older.poolSize,
      connectTimeoutMs: seconds(flags["database-timeout"]) ?? older.connectTimeoutMs,
      maxLifetimeMs: seconds(flags["database-recycle"]) ?? older.maxLifetimeMs,
      retries: flags["database-retries"] ?? older.retries,
      retryDelayMs: seconds(flags["database-retry-delay"]) ?? older.retryDelayMs,
    },
    projectsFolder: folder === undefined ? undefined : resolve(deps.cwd, folder),
    defaults: {
      engine: engineName.nullable().catch(null).parse(flags.engine),
      model: flags.model ?? null,
      permission_mode: permissionMode.nullable().catch(null).parse(flags["permission-mode"]),
      mlflow_experiment_name: flags["mlflow-experiment"] ?? null,
    },
    mlflowTrackingUri: flags["mlflow-tracking-uri"],
    skills: flags.skills.length === 0 ? undefined : flags.skills,
    selection: selectionOf({ ...flags, names: "mortar" }, await termsFor(deps, flags)),
    signal,
  };
}

/** Where the platform looks for the app (docs.databricks.com/dev-tools/databricks-apps/app-runtime). */
function placeOf(env: Context["deps"]["env"], flags: Context["flags"]): AppPlace {
  if (!flags["behind-databricks-apps"]) return { mode: "local", port: flags.port, address: flags.listen };
  const text = env["DATABRICKS_APP_PORT"] ?? "";
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port > 0 && port < 65_536) return { mode: "apps", port };
  throw new MortarError("usage", "DATABRICKS_APP_PORT names no port, so this is no app on Databricks Apps", {
    hint: "Leave --behind-databricks-apps out: a forwarded token is to be trusted only where nobody but the platform can send one.",
  });
}

function words({ url, keyFile }: RunningApp): string {
  if (keyFile === undefined) return `The app is served at ${url} for Databricks Apps.\n`;
  return `The app is served at\n\n  ${url}\n\nOpen it in a browser on this machine; the key in it lets you in. Scripts find the key in ${keyFile}.\nCtrl-C stops it.\n`;
}

/** Never in the way of the app: it runs, and the address is printed. */
function open({ deps }: Context, app: RunningApp): void {
  const browser = chooseBrowser(deps.env, deps.os);
  if (browser.kind === "none") {
    deps.log.warn(`No browser was opened: ${browser.reason}`);
    return;
  }
  void openBrowser(browser.command, app.ticketUrl(), deps).then((opened) => {
    if (!opened) deps.log.warn("The browser could not be opened: use the address above");
  });
}
