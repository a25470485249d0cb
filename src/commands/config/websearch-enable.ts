// `mortar config websearch enable`: who searches from now on, and with what.
import type { Run } from "../../cli/context.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readBraveKey, storeBraveKey } from "../../proxy/web/brave-key.ts";
import {
  readWebSettings,
  searchBackends,
  updateWebSettings,
  type WebChanges,
  type WebSettings,
} from "../../proxy/web/settings.ts";
import type { websearchEnableFlags } from "./websearch-flags.ts";
import { websearchResult } from "./websearch-words.ts";

export const run: Run<typeof websearchEnableFlags> = async ({ deps, flags, signal }) => {
  const before = await readWebSettings(deps);
  const backend = searchBackends.find((name) => name === flags.backend);
  const budget = flags["fetch-budget"];
  const address = checkAddress(flags["searxng-url"]);
  const changes: WebChanges = {
    enabled: true,
    backend: backend ?? before.backend,
    ...(budget === undefined ? {} : { fetchBudgetBytes: budget }),
    // An empty name is none.
    ...(flags.model === undefined ? {} : { model: flags.model === "auto" ? "" : flags.model }),
    ...(address === undefined ? {} : { searxngUrl: address }),
  };
  const after: WebSettings = { ...before, ...changes, model: (changes.model ?? before.model) || undefined };
  const key = flags["brave-key-stdin"] ? await deps.stdin.readAll(signal) : undefined;
  if (after.backend === "searxng" && after.searxngUrl === undefined) throw lacksAddress();
  if (after.backend === "brave" && key === undefined) await requireKey(deps);
  if (flags["dry-run"]) return websearchResult(deps, after, "Nothing was changed.");
  if (key !== undefined) await storeBraveKey(deps, key);
  const state = await updateWebSettings(deps, changes);
  return websearchResult(deps, state, "The proxy follows at once; agents need not be started again.");
};

/** A server of one's own may be on this machine, and then speak plain http. */
function checkAddress(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new MortarError("usage", `--searxng-url: ${JSON.stringify(url)} is no address`, {
    hint: "Write it with https://, as it stands in the browser.",
  });
}

function lacksAddress(): MortarError {
  return new MortarError("usage", "The back end searxng needs an address", {
    hint: "Add --searxng-url URL. The server has to have `json` among `search.formats` of its settings.yml.",
  });
}

async function requireKey(deps: Deps): Promise<void> {
  if ((await readBraveKey(deps)) !== undefined) return;
  throw new MortarError("usage", "The back end brave needs a key", {
    hint: "Add --brave-key-stdin and give the key on standard input. There are keys at api-dashboard.search.brave.com.",
  });
}
