// fish 3.1 and later.
import { descriptionOf, identifier, marker, type Shell } from "./shell.ts";

/**
 * fish matches by itself, quotes what it inserts and shows descriptions behind a tab. Lines: what to complete, what
 * stands before it in the same word, then whole words.
 */
export const fish: Shell = {
  name: "fish",
  fileName: (program) => `${program}.fish`,
  matching: "all",
  words: ({ words }) => words,
  render: (completion) => {
    const { before } = completion;
    if (completion.kind === "folders") return ["folders", before].join("\n");
    if (completion.kind === "files") return [["files", ...completion.extensions].join(" "), before].join("\n");
    const { candidates, commas, typed } = completion;
    const lines = candidates.map((candidate) => {
      const description = descriptionOf(candidate);
      return description === undefined ? `${before}${candidate.value}` : `${before}${candidate.value}\t${description}`;
    });
    // fish sets a space behind the only candidate, save behind = / . and the like. Where the list may go on, its going
    // on is a second one.
    const fitting = candidates.filter(({ value }) => value.startsWith(typed));
    const only = fitting.length === 1 && commas ? fitting[0] : undefined;
    return ["words", before, ...lines, ...(only === undefined ? [] : [`${before}${only.value},`])].join("\n");
  },
  script: (program) => {
    const name = `__${identifier(program)}_complete`;
    return `${marker("fish", program)}
function ${name}
    set -l words (commandline -opc)
    # The word without its quotes: one that is still open is closed for that.
    set -l token (commandline -ct)
    set -l typed
    for ending in '' \\\\ \\" \\'
        set typed (string unescape -- "$token$ending"); and break
    end
    set -l program $words[1]
    type -fq -- $program; or set program ${program}
    set -e words[1]
    set -l answer (command $program __complete fish --name ${program} -- $words "$typed" 2>/dev/null </dev/null)
    set -q answer[2]; or return
    set -l how (string split ' ' -- $answer[1])
    if test $how[1] = words
        set -q answer[3]; and printf '%s\\n' $answer[3..-1]
        return
    end
    # The paths that fish itself would offer, as the argument of a command that it does not know.
    string match -q -- "$answer[2]*" "$token"; and set token (string sub -s (math (string length -- "$answer[2]") + 1) -- "$token")
    set -l paths (complete -C "${name}_paths $token")
    switch $how[1]
        case folders
            set paths (string match -r '^[^\\t]*/(?:\\t.*)?$' -- $paths)
        case files
            set -q how[2]; and set paths (string match -r '^[^\\t]*(?:/|\\.(?:'(string join '|' -- (string escape --style=regex -- $how[2..-1]))'))(?:\\t.*)?$' -- $paths)
    end
    set -q paths[1]; and printf '%s\\n' $answer[2]$paths
end
complete -c ${program} -e
complete -c ${program} -f -k -a '(${name})'
`;
  },
};
