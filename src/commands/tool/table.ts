// `mortar tool`, as data.
import type { Group } from "../../cli/spec.ts";

export const toolGroup: Group = { summary: "tool", commands: {} };
