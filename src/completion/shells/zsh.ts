// zsh 5 and later, by `eval` in a start file and as a function in fpath.
import { descriptionOf, marker, oneLine, type Shell } from "./shell.ts";
import type { Candidate } from "../table.ts";

/**
 * zsh cuts words as the program will get them, matches by itself and knows files: the answer only says what may stand.
 * Lines: what to complete, what stands before it in the same word, then `value:description`; behind an empty line those
 * whose word goes on.
 */
export const zsh: Shell = {
  name: "zsh",
  fileName: (program) => `_${program}`,
  matching: "all",
  words: ({ words }) => words,
  render: (completion) => {
    const { before } = completion;
    if (completion.kind === "folders") return ["folders", before].join("\n");
    if (completion.kind === "files") return [["files", ...completion.extensions].join(" "), before].join("\n");
    const { group, candidates, commas } = completion;
    const whole = candidates.filter(({ partial }) => partial !== true);
    const open = candidates.filter(({ partial }) => partial === true);
    const lines = [...whole.map(entry), ...(open.length === 0 ? [] : ["", ...open.map(entry)])];
    return [`${group}${commas ? " commas" : ""}`, before, ...lines].join("\n");
  },
  script: (program) => `#compdef ${program}
${marker("zsh", program)}
_${program}() {
  local program=\${(Q)words[1]} typed=\${words[CURRENT]} before
  local -a earlier answer entries open how suffix
  local -i gap
  # What stands behind the cursor does not count; neither does a quote that is still open.
  [[ -n $SUFFIX ]] && typed=\${typed%"$SUFFIX"}
  typed=\${(Q)typed}
  if [[ $compstate[quote] == [\\'\\"] && $typed == *$compstate[quote]* ]]; then
    typed=\${typed%%$compstate[quote]*}\${typed#*$compstate[quote]}
  fi
  (( CURRENT > 2 )) && earlier=("\${(@Q)words[2,CURRENT-1]}")
  [[ $program == '~/'* ]] && program=$HOME/\${program#'~/'}
  [[ -x $program ]] || (( $+commands[$program] )) || program=${program}
  answer=("\${(@f)$(command "$program" __complete zsh --name ${program} -- "\${(@)earlier}" "$typed" 2>/dev/null </dev/null)}")
  how=(\${=answer[1]})
  before=$answer[2]
  if [[ -n $before ]]; then
    compset -P "\${(b)before}" || compset -P "\${(b)\${(q)before}}" || return 1
  fi
  # zsh runs a command in a path that it completes; nothing is run here.
  [[ $how[1] == fi* || $how[1] == fo* ]] && [[ $typed == *('$('|'\`')* ]] && return 1
  case $how[1] in
    folders) _files -/ ;;
    files)
      if (( $#how > 1 )); then
        _files -g "*.(\${(j:|:)how[2,-1]})(-.)"
      else
        _files
      fi
      ;;
    *)
      entries=("\${(@)answer[3,-1]}")
      gap=\${entries[(i)]}
      open=("\${(@)entries[gap+1,-1]}")
      entries=("\${(@)entries[1,gap-1]}")
      (( $#entries + $#open )) || return 1
      [[ $how[2] == commas ]] && suffix=(-qS ,)
      if (( $#open )); then
        _describe -t $how[1] \${how[1]%s} entries "\${(@)suffix}" -- open -S ''
      else
        _describe -t $how[1] \${how[1]%s} entries "\${(@)suffix}"
      fi
      ;;
  esac
}
if [[ $ZSH_EVAL_CONTEXT == *loadautofunc ]]; then
  _${program} "$@"
elif (( $+functions[compdef] )); then
  compdef _${program} ${program}
else
  # The start file has not begun completion: it may do so below, or never does.
  _${program}_register() {
    add-zsh-hook -d precmd _${program}_register
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i -D; }
    compdef _${program} ${program}
    unfunction _${program}_register
  }
  autoload -Uz add-zsh-hook
  add-zsh-hook precmd _${program}_register
fi
`,
};

/** An entry for _describe: a colon ends the value. */
function entry(candidate: Candidate): string {
  const value = candidate.value.replaceAll(/[\\:]/g, "\\$&");
  const description = descriptionOf(candidate);
  return description === undefined ? value : `${value}:${oneLine(description)}`;
}
