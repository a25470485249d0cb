// `mortar app`, as data.
import type { Group } from "../../cli/spec.ts";
import { deployCommand } from "./deploy-flags.ts";

export const appGroup: Group = {
  summary: "A workspace agent in the browser",
  commands: { deploy: deployCommand },
};
