// `mortar config websearch show`: whether and how the proxy searches.
import type { Run } from "../../cli/context.ts";
import { readWebSettings } from "../../proxy/web/settings.ts";
import { websearchResult } from "./websearch-words.ts";

export const run: Run = async ({ deps }) => websearchResult(deps, await readWebSettings(deps));
