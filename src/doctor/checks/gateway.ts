// The AI Gateway and its models: which family the workspace has, whether this identity may ask, what is pinned and gone.
import { createClient, type Client } from "../../workspace/client.ts";
import { userAgent } from "../../workspace/user-agent.ts";
import { toMortarError } from "../../platform/errors.ts";
import { isObject } from "../../platform/json.ts";
import { validateModels } from "../../proxy/models/validate.ts";
import { pinModel } from "../../proxy/models/roles.ts";
import { fail, orPass, pass, skip, warn, type Check, type CheckContext, type Finding } from "../check.ts";
import { isOwnHost } from "../../auth/host.ts";
import { isLocal, urlsIn } from "../addresses.ts";
import { readSettingsFiles, takeOut, type Parsed } from "../settings-files.ts";

const enabling =
  "Ask an admin to enable the AI Gateway (account console, Previews), and for USE CATALOG on system, USE SCHEMA and EXECUTE on system.ai.";

const family: Check = {
  id: "gateway.family",
  group: "gateway",
  title: "The workspace has an AI Gateway that lists models",
  needs: ["identity.sign-in"],
  limitMs: 30_000,
  run: async ({ facts }) => {
    try {
      const { discovery } = await facts.models();
      if (discovery.family !== "serving-endpoints")
        return pass(`${discovery.family}, ${discovery.models.length} models`);
      return warn(
        "only serving endpoints answer: the AI Gateway is not enabled, or not for you; newer fields of agents are refused there",
        enabling,
      );
    } catch (thrown) {
      const { message, hint, code } = toMortarError(thrown);
      if (code === "not_found")
        return fail(
          "the workspace lists no models: the preview is off, grants are missing, or the region has none",
          enabling,
        );
      return fail(message, hint);
    }
  },
};

/** The cheapest first: one question is enough to see a refusal or a limit. */
const order = ["haiku", "sonnet", "opus", "codex", "gemini", "chat"];

const request: Check = {
  id: "gateway.request",
  group: "gateway",
  title: "A model answers this identity",
  needs: ["gateway.family"],
  limitMs: 30_000,
  run: async ({ deps, around, facts, signal }) => {
    const { discovery, choices } = await facts.models();
    const client = await impatientClient({ deps, around, facts });
    const usable = choices.filter(({ model, pinned }) => model !== undefined && !pinned);
    const first = order.flatMap((role) => usable.filter((one) => one.role === role)).at(0);
    if (first === undefined) return skip("no model has a role for agents");
    const [answer] = await validateModels(client, { choices: [first], discovery, signal, clock: deps.clock });
    if (answer === undefined) return skip("nothing was asked");
    const { verdict, detail, hint } = answer;
    const seen = `${first.model ?? ""}: ${detail}`;
    if (verdict === "PASS") return pass(seen);
    if (verdict === "WARN") return warn(seen, hint ?? "Wait as it says; a smaller model has limits of its own.");
    const who = (await facts.status()).user ?? "this identity";
    const isRefused = /permission|not authorized|403|EXECUTE|CAN[_ ]QUERY/i.test(detail);
    return fail(
      seen,
      isRefused
        ? `Ask an admin for EXECUTE (serving endpoints: CAN QUERY) on ${first.model ?? "it"} for ${who}.`
        : hint,
    );
  },
};

/** A limit is to be seen, and not to be waited for. */
const patienceMs = 5_000;

async function impatientClient({
  deps,
  around,
  facts,
}: Pick<CheckContext, "deps" | "around" | "facts">): Promise<Client> {
  const credentials = await facts.credentials();
  const about = { env: deps.env, os: deps.os, runtimeVersion: Bun.version, authType: credentials.authType };
  const agent = userAgent({ version: around.version }, about);
  return createClient({ deps, credentials, userAgent: agent, budgetMs: patienceMs });
}

const roleCheck: Check = {
  id: "models.roles",
  group: "models",
  title: "A model for each kind of agent",
  needs: ["gateway.family"],
  run: async ({ facts }) => {
    const { choices, discovery } = await facts.models();
    const claude = choices.filter(({ role }) => ["opus", "sonnet", "haiku"].includes(role));
    const found: Finding[] = [];
    if (claude.every(({ model }) => model === undefined)) {
      found.push(
        warn(
          "no Claude model: Claude Code has nothing to run on here",
          "Ask an admin for EXECUTE on one of system.ai's Claude models; mortar models list shows what there is.",
        ),
      );
    }
    const split = discovery.models.filter(({ state }) => state === "split").map(({ id }) => id);
    if (split.length > 0)
      found.push(
        warn(
          `traffic of ${split.join(", ")} is split over several families, which dialects refuse`,
          "Use a service with one destination.",
        ),
      );
    const list = choices.flatMap(({ role, model }) => (model === undefined ? [] : [`${role} ${model}`]));
    return orPass(found, list.join(", "));
  },
};

const pins: Check = {
  id: "models.pins",
  group: "models",
  title: "Pinned models are there",
  needs: ["gateway.family"],
  run: async ({ deps, facts }) => {
    const { choices, discovery } = await facts.models();
    const known = new Set(discovery.models.map(({ id }) => id));
    const pinned = choices.filter(({ pinned: isPinned }) => isPinned);
    const found = pinned
      .filter(({ model }) => model !== undefined && !known.has(model))
      .map(({ role, model }) => {
        const apply = async (): Promise<void> => void (await pinModel(deps, facts.profile, { role, model: undefined }));
        const fix = { title: `Take the pin of ${role} off`, safe: false, apply };
        return fail(
          `${role} is pinned to ${model ?? ""}, which the workspace does not list`,
          `mortar models pin ${role} --off`,
          fix,
        );
      });
    return orPass(found, pinned.length === 0 ? "nothing is pinned" : pinned.map(({ role }) => role).join(", "));
  },
};

const modelVariables = [
  "ANTHROPIC_MODEL",
  "ANTHROPIC_DEFAULT_OPUS_MODEL",
  "ANTHROPIC_DEFAULT_SONNET_MODEL",
  "ANTHROPIC_DEFAULT_HAIKU_MODEL",
  "ANTHROPIC_DEFAULT_FABLE_MODEL",
  "ANTHROPIC_SMALL_FAST_MODEL",
];

const named: Check = {
  id: "models.settings",
  group: "models",
  title: "Models that agents' settings name are there",
  needs: ["gateway.family"],
  run: async (context) => {
    const { deps, facts } = context;
    const set = namedModels(await readSettingsFiles(deps));
    if (set.length === 0) return pass("agents' settings name none");
    const known = new Set((await facts.models()).discovery.models.map(({ id }) => id));
    const findings = set.flatMap((one): Finding[] => {
      const { at, path, model } = one;
      const trouble = modelTrouble(one, known);
      if (trouble === undefined) return [];
      const place = `${path.join(".")} in ${at.file}`;
      const mend = `mortar setup ${at.title === "Codex" ? "codex" : "claude"}`;
      const fix = { title: `Take ${place} out`, safe: false, apply: () => takeOut(deps, at, [path]) };
      return [fail(`${at.title}: ${place} names ${model}, ${trouble}`, `${mend} chooses anew`, fix)];
    });
    return orPass(findings, set.map(({ model }) => model).join(", "));
  },
};

interface NamedModel {
  readonly at: Parsed;
  readonly path: readonly string[];
  readonly model: string;
  /** It goes to the workspace itself: nobody on the way knows another name for it. */
  readonly isDirect: boolean;
}

/** Claude Code's, and Codex' where its provider is a workspace or this machine. */
function namedModels(files: readonly Parsed[]): readonly NamedModel[] {
  return files.flatMap((at): readonly NamedModel[] => {
    const env = isObject(at.value?.["env"]) ? at.value["env"] : {};
    const own = modelVariables.flatMap((name) => {
      const model = env[name];
      return typeof model === "string" ? [{ at, path: ["env", name], model, isDirect: false }] : [];
    });
    const { model, model_provider: provider } = at.value ?? {};
    const url = urlsIn(at).find(({ path }) => path[0] === "model_providers" && path[1] === provider)?.url;
    if (typeof model !== "string" || url === undefined) return own;
    const isDirect = !isLocal(url);
    return isDirect && !isOwnHost(url.origin) ? own : [...own, { at, path: ["model"], model, isDirect }];
  });
}

/** Claude Code's own short names and its `[1m]` are no models of the workspace; the proxy takes them for those. */
function modelTrouble({ model, isDirect }: NamedModel, known: ReadonlySet<string>): string | undefined {
  const plain = model.replace(/\[\w+\]$/, "");
  if (plain.startsWith("model-services/")) return "with a prefix of its list that the AI Gateway refuses";
  const isTheirs = isDirect || plain.includes(".") || plain.startsWith("databricks-");
  return isTheirs && !known.has(plain) ? "which the workspace does not list" : undefined;
}

export const gatewayChecks: readonly Check[] = [family, request];
export const modelChecks: readonly Check[] = [roleCheck, pins, named];
