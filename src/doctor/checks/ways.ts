// Where agents' settings lead, and with what: by which path to which workspace, with a key that lasts, and what wins over them.
import { join } from "node:path";
import { isAccountHost, isOwnHost } from "../../auth/host.ts";
import { readRecords } from "../../platform/edits/record.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { wantsLongMarker } from "../../proxy/models/names.ts";
import { isLocal, urlsIn, type BaseUrl } from "../addresses.ts";
import { fail, orPass, pass, skip, warn, type Check, type CheckContext, type Finding } from "../check.ts";
import { parsedFile, readClaudeSettings, readSettingsFiles, takeOut, type Parsed } from "../settings-files.ts";

const paths: Check = {
  id: "configuration.gateway-path",
  group: "configuration",
  title: "Settings lead to the AI Gateway of the workspace",
  run: async ({ deps, facts }) => {
    const urls = (await readSettingsFiles(deps)).flatMap((one) => urlsIn(one)).filter(({ url }) => !isLocal(url));
    // By its name alone: plain http to it is what is to be said.
    const own = urls.filter(({ url }) => isOwnHost(`https://${url.host}`));
    const host = await facts.host();
    const found = own.flatMap((one) => pathFindings(one, host));
    return orPass(found, own.length === 0 ? "none leads to a workspace itself" : "they do");
  },
};

function pathFindings({ at, path, url }: BaseUrl, host: URL | undefined): readonly Finding[] {
  const place = `${path.join(".")} in ${at.file}`;
  const say = (words: string): string => `${at.title} goes to ${url.origin}${url.pathname}, ${words} (${place})`;
  if (url.protocol !== "https:") return [fail(say("where its key travels in clear"), "mortar setup")];
  if (isAccountHost(url.origin)) return [fail(say("the account console, which has no models"), "mortar setup")];
  if (url.search !== "") return [fail(say(`with "?" behind it, which the agent cannot add a path to`), "mortar setup")];
  if (/\.ai-gateway\./.test(url.hostname))
    return [warn(say("the gateway's address of before, by the workspace's number"), "mortar setup names today's")];
  const findings: Finding[] = [];
  if (host !== undefined && url.hostname !== host.hostname)
    findings.push(
      warn(say(`and the profile is of ${host.hostname}`), "mortar setup, with --profile for the other one"),
    );
  if (/^\/serving-endpoints(?:\/|$)/.test(url.pathname)) {
    findings.push(
      warn(
        say(
          "the path of serving endpoints: newer fields of agents, /context and models of the AI Gateway fail there (400, 404)",
        ),
        "mortar setup leads it to the AI Gateway, where the workspace has one",
      ),
    );
  }
  return findings;
}

interface FoundKey {
  readonly at: Parsed;
  readonly path: readonly string[];
  readonly value: string;
}

function keysIn(at: Parsed): readonly FoundKey[] {
  const places: (readonly string[])[] = [
    ["env", "ANTHROPIC_AUTH_TOKEN"],
    ["env", "ANTHROPIC_API_KEY"],
  ];
  for (const [table, ...below] of [
    ["model_providers", "experimental_bearer_token"],
    ["provider", "options", "apiKey"],
  ] as const) {
    const all = at.value?.[table];
    for (const name of Object.keys(isObject(all) ? all : {})) places.push([table, name, ...below]);
  }
  return places.flatMap((path) => {
    const value = path.reduce<unknown>((all, part) => (isObject(all) ? all[part] : undefined), at.value);
    return typeof value === "string" ? [{ at, path, value }] : [];
  });
}

const tokens: Check = {
  id: "configuration.static-token",
  group: "configuration",
  title: "No token that ends stands in settings",
  run: async ({ deps }) => {
    const keys = (await readSettingsFiles(deps)).flatMap((one) => keysIn(one));
    return orPass(
      keys.flatMap(({ at, path, value }): Finding[] => {
        const place = `${path.join(".")} in ${at.file}`;
        if (/^dapi[0-9a-f]/.test(value))
          return [
            warn(`${place} is a personal token, in clear text and without an end that renews it`, "mortar setup"),
          ];
        const endMs = value.startsWith("eyJ") ? endOf(value) : undefined;
        if (endMs === undefined) return [];
        const minutes = Math.round((endMs - deps.clock.now()) / 60_000);
        const apply = () => takeOut(deps, at, [path]);
        const fix = { title: `Take ${place} out`, safe: false, apply };
        if (minutes <= 0)
          return [fail(`${place} is a token that has ended: the workspace answers 401`, "mortar setup", fix)];
        return [warn(`${place} is a token for ${minutes} more minutes, and nothing renews it`, "mortar setup", fix)];
      }),
      "none does",
    );
  },
};

/** RFC 7519, `exp`. Nobody checks the signature here: it is about the time alone. */
function endOf(token: string): number | undefined {
  const claims = tryJson(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  const exp = isObject(claims) ? claims["exp"] : undefined;
  return typeof exp === "number" ? exp * 1_000 : undefined;
}

const otherClouds = /^CLAUDE_CODE_USE_(?:BEDROCK|VERTEX|FOUNDRY|MANTLE)$/;

function environmentOf(settings: Parsed | undefined): Readonly<Record<string, unknown>> {
  const env = settings?.value?.["env"];
  return isObject(env) ? env : {};
}

/** It is led to a workspace, by whomever. */
function isLed(settings: Parsed | undefined): boolean {
  return environmentOf(settings)["ANTHROPIC_BASE_URL"] !== undefined || settings?.value?.["apiKeyHelper"] !== undefined;
}

const conflicts: Check = {
  id: "configuration.conflicts",
  group: "configuration",
  title: "Claude Code's settings do not speak against each other",
  run: async ({ deps }) => {
    const settings = await readClaudeSettings(deps);
    if (settings === undefined || !isLed(settings)) return skip("Claude Code is not set up for a workspace");
    const { file } = settings;
    const env = environmentOf(settings);
    const out = (name: string) => ({
      title: `Take ${name} out of ${file}`,
      safe: false,
      apply: () => takeOut(deps, settings, [["env", name]]),
    });
    const set = Object.keys(env).filter((name) => env[name] !== "");
    const findings = set.flatMap((name): Finding[] => {
      const cure = `Take ${name} out of ${file}`;
      if (otherClouds.test(name))
        return [fail(`${name} in ${file} sends Claude Code to another cloud`, cure, out(name))];
      if (/^ANTHROPIC_(?:API_KEY|AUTH_TOKEN)$/.test(name) && settings.value?.["apiKeyHelper"] !== undefined)
        return [fail(`${name} in ${file} wins over apiKeyHelper, which is never asked`, cure, out(name))];
      if (/^DATABRICKS_(?:HOST|TOKEN|CONFIG_PROFILE|AUTH_TYPE|CLIENT_ID|CLIENT_SECRET)$/.test(name))
        return [
          warn(
            `${name} in ${file} reaches everything that Claude Code starts, the Databricks CLI too`,
            cure,
            out(name),
          ),
        ];
      const model = String(env[name]);
      if (/^ANTHROPIC_(?:MODEL|DEFAULT_\w+_MODEL)$/.test(name) && wantsLongMarker(model) && !model.endsWith("[1m]"))
        return [warn(`${name} in ${file} names ${model}: the context meter ends at 200k`, `Write ${model}[1m] there`)];
      return [];
    });
    return orPass(findings, file);
  },
};

/** What decides where Claude Code goes, in whatever file it stands. */
const deciding = ["ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "ANTHROPIC_MODEL"];

/** code.claude.com/docs/en/settings: managed settings win over a project's, and those over the person's. */
function winningFiles({ deps }: CheckContext): readonly string[] {
  const managed: Readonly<Record<string, string>> = {
    darwin: "/Library/Application Support/ClaudeCode/managed-settings.json",
    linux: "/etc/claude-code/managed-settings.json",
    win32: String.raw`C:\Program Files\ClaudeCode\managed-settings.json`,
  };
  const folder = join(deps.cwd, ".claude");
  const project = deps.cwd === deps.paths.home ? [] : [join(folder, "settings.json")];
  return [managed[deps.os] ?? "", join(folder, "settings.local.json"), ...project];
}

const overrides: Check = {
  id: "configuration.overrides",
  group: "configuration",
  title: "No other settings win over Claude Code's own",
  run: async (context) => {
    const own = await readClaudeSettings(context.deps);
    if (!isLed(own)) return skip("Claude Code is not set up for a workspace");
    // A project that was set up for itself is meant to.
    const ours = new Set((await readRecords(context.deps).catch(() => [])).map(({ file }) => file));
    const others = winningFiles(context).filter((file) => !ours.has(file));
    const files = await Promise.all(others.map((file) => parsedFile({ title: "Claude Code", file, format: "json" })));
    const found = files.flatMap((other) => {
      const env = environmentOf(other);
      const present = environmentOf(own);
      const names = deciding.filter((name) => env[name] !== undefined && env[name] !== present[name]);
      if (other?.value?.["apiKeyHelper"] !== undefined && other.value["apiKeyHelper"] !== own?.value?.["apiKeyHelper"])
        names.push("apiKeyHelper");
      const set = names.join(", ");
      const verb = names.length === 1 ? "wins" : "win";
      return other === undefined || names.length === 0
        ? []
        : [
            warn(
              `${set} in ${other.file} ${verb} over ${own?.file ?? ""}`,
              `Look at ${other.file}: whoever wrote it decides`,
            ),
          ];
    });
    return orPass(found, "there are none");
  },
};

const webTools: Check = {
  id: "configuration.web-tools",
  group: "configuration",
  title: "No tool is offered that the workspace refuses",
  run: async ({ deps }) => {
    const settings = await readClaudeSettings(deps);
    const base = environmentOf(settings)["ANTHROPIC_BASE_URL"];
    const url = typeof base === "string" && URL.canParse(base) ? new URL(base) : undefined;
    if (settings === undefined || url === undefined || isLocal(url) || !isOwnHost(url.origin))
      return pass("Claude Code does not go to a workspace by itself");
    const permissions = settings.value?.["permissions"];
    const denied = isObject(permissions) && Array.isArray(permissions["deny"]) ? permissions["deny"] : [];
    if (denied.includes("WebSearch")) return pass(`WebSearch is denied in ${settings.file}`);
    return warn(
      "Claude Code's WebSearch runs on Anthropic's servers alone: a workspace refuses it (400, web_search_20250305)",
      `Add "WebSearch" to permissions.deny in ${settings.file}; or mortar setup claude --mode proxy, and mortar config websearch enable`,
    );
  },
};

export const wayChecks: readonly Check[] = [paths, tokens, conflicts, overrides, webTools];
