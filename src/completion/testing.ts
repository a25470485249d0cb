// A small program for the tests of this room: every kind of flag, value and command once.
import type { CompletionCommand, CompletionFlag } from "./table.ts";

const profile: CompletionFlag = {
  names: ["--profile", "-p"],
  description: "Profile to use",
  value: { kind: "source", source: "profile" },
};
const json: CompletionFlag = { names: ["--json"], description: "Print JSON" };
const verbose: CompletionFlag = { names: ["--verbose", "-v"], description: "Say more", conflicts: ["--quiet"] };
const quiet: CompletionFlag = { names: ["--quiet", "-q"], description: "Say less" };
const shared = [profile, json, verbose, quiet];

const leaf = { positionals: [], commands: {} };

export const sampleTable: CompletionCommand = {
  description: "A program",
  flags: shared,
  positionals: [],
  commands: {
    run: {
      ...leaf,
      description: "Run something",
      flags: [
        ...shared,
        {
          names: ["--color", "--colour"],
          description: "When to colour",
          value: { kind: "choices", choices: [{ value: "always" }, { value: "never", description: "Not at all" }] },
        },
        {
          names: ["--tag", "-t"],
          description: "Tags",
          repeatable: true,
          value: { kind: "choices", commas: true, choices: [{ value: "one" }, { value: "only" }, { value: "two" }] },
        },
        { names: ["--port"], description: "A port", value: { kind: "any" } },
        { names: ["--config"], description: "A file", value: { kind: "files", extensions: ["json", "yaml"] } },
        { names: ["--folder"], description: "A folder", value: { kind: "folders" } },
        { names: ["--secret"], description: "Not shown", hidden: true, value: { kind: "any" } },
      ],
      positionals: [
        { name: "NAME", value: { kind: "choices", choices: [{ value: "alpha" }, { value: "beta" }] } },
        { name: "FILE", rest: true, value: { kind: "files" } },
      ],
    },
    pick: {
      ...leaf,
      description: "Pick jobs",
      flags: shared,
      positionals: [{ name: "JOB", rest: true, value: { kind: "source", source: "job" } }],
    },
    wrap: {
      ...leaf,
      description: "Start another program",
      flags: shared,
      wraps: {
        flags: [
          { names: ["--model"], description: "The model", value: { kind: "choices", choices: [{ value: "big" }] } },
          { names: ["--print", "-P"], description: "Print and end" },
        ],
        positionals: [{ name: "WHAT", value: { kind: "choices", choices: [{ value: "agents" }] } }],
      },
    },
    group: {
      description: "More commands",
      flags: shared,
      positionals: [],
      commands: {
        inner: { ...leaf, description: "Inside", flags: shared },
        secret: { ...leaf, description: "Not shown", flags: shared, hidden: true },
      },
    },
    hidden: { ...leaf, description: "Not shown", flags: [], hidden: true },
  },
};
