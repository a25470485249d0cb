// `mortar auth`, as data.
import type { Group } from "../../cli/spec.ts";

export const authGroup: Group = { summary: "auth", commands: {} };
