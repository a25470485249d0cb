// Help under an older name.
import { flagText, flagWords, shownEntries } from "../../cli/help.ts";
import type { Command, Flags, Group } from "../../cli/spec.ts";

const gap = 34;

/** `path` begins with the program's name. */
export function groupText(path: readonly string[], group: Group): string {
  const rows = shownEntries(group).map(([name, entry]) => row(name, entry.summary));
  const own = group.fallback === undefined ? undefined : group.commands[group.fallback];
  const flags = own === undefined || "commands" in own ? [] : flagRows(own.flags);
  return [
    `${group.summary}`,
    "",
    "Usage:",
    ...(flags.length === 0 ? [] : [`  ${path.join(" ")} [options]`]),
    `  ${path.join(" ")} COMMAND [options]`,
    "",
    "Commands:",
    ...rows,
    ...(flags.length === 0 ? [] : ["", "Options:", ...flags]),
    "",
  ].join("\n");
}

export function commandText(path: readonly string[], command: Command): string {
  const words = command.positionals.map(({ name }) => ` [${name}]`).join("");
  const flags = flagRows(command.flags);
  return [
    command.summary,
    "",
    "Usage:",
    `  ${path.join(" ")}${words}${flags.length === 0 ? "" : " [options]"}`,
    ...(flags.length === 0 ? [] : ["", "Options:", ...flags]),
    "",
  ].join("\n");
}

/** The whole program: its own line with all options, and its commands. */
export function programText(name: string, wrapper: Command, group: Group): string {
  const titles = [...new Set(Object.values(wrapper.flags).map((flag) => flag.group ?? "Options"))];
  const sections = titles.flatMap((title) => {
    const flags = Object.fromEntries(
      Object.entries(wrapper.flags).filter(([, flag]) => (flag.group ?? "Options") === title),
    );
    return ["", `${title}:`, ...flagRows(flags)];
  });
  return [
    wrapper.description ?? wrapper.summary,
    "",
    "Usage:",
    `  ${name} [options] [words for the agent] [-- words for the agent]`,
    `  ${name} COMMAND [options]`,
    "",
    "Commands:",
    ...shownEntries(group).map(([word, entry]) => row(word, entry.summary)),
    ...sections,
    "",
    `This is mortar under the name ${name}. mortar --help shows all that it does.`,
    "",
  ].join("\n");
}

function flagRows(flags: Flags): string[] {
  return Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true)
    .map(([name, flag]) => row(flagWords(name, flag), flagText(flag)));
}

function row(word: string, text: string): string {
  return word.length + 4 > gap ? `  ${word}\n${" ".repeat(gap)}${text}` : `  ${word.padEnd(gap - 2)}${text}`;
}
