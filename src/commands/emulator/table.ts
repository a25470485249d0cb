// `mortar emulator`, as data.
import type { Group } from "../../cli/spec.ts";

export const emulatorGroup: Group = { summary: "emulator", commands: {} };
