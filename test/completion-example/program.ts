// A small program of somebody else's that completes its own command line with our engine: `barista`, for coffee.
import {
  answer,
  findShell,
  readQuestion,
  type CompletionCommand,
  type CompletionFlag,
  type ResolveSource,
} from "mortar/completion";

const help: CompletionFlag = { names: ["--help", "-h"], description: "Show help" };

const table: CompletionCommand = {
  description: "Makes coffee",
  flags: [help],
  positionals: [],
  commands: {
    make: {
      description: "Make a cup",
      flags: [
        help,
        {
          names: ["--size", "-s"],
          description: "How much",
          value: {
            kind: "choices",
            choices: [
              { value: "small", description: "30 ml" },
              { value: "large", description: "60 ml" },
            ],
          },
        },
        { names: ["--recipe"], description: "A recipe", value: { kind: "files", extensions: ["json", "yaml"] } },
        { names: ["--milk"], description: "With milk", conflicts: ["--black"] },
        { names: ["--black"], description: "Without milk" },
      ],
      positionals: [{ name: "BEAN", rest: true, value: { kind: "source", source: "bean" } }],
      commands: {},
    },
    completion: {
      description: "Print the completion script",
      flags: [help],
      positionals: [{ name: "SHELL", value: { kind: "choices", choices: [{ value: "bash" }, { value: "zsh" }] } }],
      commands: {},
    },
  },
};

const beans: ResolveSource = async (source) =>
  source === "bean" ? [{ value: "arabica", description: "mild" }, { value: "robusta" }] : [];

const [word, ...rest] = process.argv.slice(2);
if (word === "__complete") {
  const question = readQuestion(rest);
  if (question !== undefined) process.stdout.write(await answer(table, question, beans));
} else if (word === "completion") {
  process.stdout.write(findShell(rest[0] ?? "")?.script("barista") ?? "");
}
