// The toolset pipelines: its tools by name, in the order in which they are listed.
import type { ToolsetEntries } from "../entry.ts";

export const pipelinesEntries: ToolsetEntries = {
  usual: [],
};
