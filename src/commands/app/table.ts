// `mortar app`, as data.
import type { Group } from "../../cli/spec.ts";
import { deployCommand } from "./deploy-flags.ts";
import { serveCommand } from "./serve-flags.ts";

export const appGroup: Group = {
  summary: "A workspace agent in the browser",
  commands: { serve: serveCommand, deploy: deployCommand },
};
