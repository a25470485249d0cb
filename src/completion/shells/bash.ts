// bash 3.2 and later, without the bash-completion package.
import { readBashLine, type BashLine } from "./bash-line.ts";
import { descriptionOf, identifier, marker, type Request, type Shell } from "./shell.ts";
import type { Candidate, Completion } from "../table.ts";

/**
 * The script hands over the line up to the cursor as one argument, because COMP_WORDS is cut in other places by each
 * version and keeps no trace of spaces and quotes. It gets lines that are ready to be COMPREPLY, or is told to complete
 * files; `compopt` does not exist before bash 4, and there it lists files by itself.
 */
export const bash: Shell = {
  name: "bash",
  fileName: (program) => program,
  matching: "prefix",
  words: (request) => readRequest(request).words.slice(1),
  render: (completion, request) => {
    const line = readRequest(request);
    if (line.redirects) return paths("files", { before: "", typed: line.words.at(-1) ?? "", line, extensions: [] });
    if (completion.kind === "words") return words(completion, line, request);
    const extensions = completion.kind === "files" ? completion.extensions : [];
    return paths(completion.kind, { ...completion, line, extensions });
  },
  script: (program) => `${marker("bash", program)}
${functionName(program)}() {
  local program=$1 line answer type=\${COMP_TYPE-} i=0 IFS=$' \\t\\n'
  local -a lines
  lines=()
  COMPREPLY=()
  line=\${COMP_LINE:0:\${COMP_POINT:-0}}
  [[ -n $line ]] || line="\${COMP_WORDS[*]}"
  [[ $program == '~/'* ]] && program=$HOME/\${program#'~/'}
  type -P -- "$program" >/dev/null 2>&1 || program=${program}
  # Before bash 4 nothing says whether a word will be listed or inserted; menu-complete inserts one after the other.
  if [[ -z $type ]]; then
    type=9
    bind -q menu-complete >/dev/null 2>&1 && type=37
  fi
  answer=$(command "$program" __complete bash --name ${program} --type "$type" --width "\${COLUMNS:-80}" \\
    --breaks "\${COMP_WORDBREAKS-}" -- "$line" 2>/dev/null </dev/null) || return 0
  while IFS= read -r line; do lines[i++]=$line; done <<<"$answer"
  case \${lines[0]} in
    words*)
      # Inside quotes readline sets the closing quote, and the space behind it.
      [[ \${lines[0]} == 'words space' ]] && compopt +o nospace 2>/dev/null
      for ((i = 1; i < \${#lines[@]}; i++)); do COMPREPLY[i-1]=\${lines[i]}; done
      ;;
    native*) compopt -o "\${lines[0]#native }" +o nospace 2>/dev/null || ${functionName(program)}_paths ;;
    listed*) ${functionName(program)}_paths ;;
  esac
  return 0
}
# lines: what to list, extensions, what stands before the path, the path, what readline keeps, the open quote.
${functionName(program)}_paths() {
  local path start=\${lines[3]} tilde= end extension readline= count=0
  compopt -o filenames 2>/dev/null && readline=1
  case $start in '~/'* | '$HOME/'*) tilde=\${start%%/*}/ start=$HOME/\${start#*/} ;; esac
  answer=$(shopt -s nullglob; shopt -u failglob; set +f; for path in "$start"*; do printf '%s\\n' "$path"; done)
  while IFS= read -r path; do
    end=
    if [[ -d $path ]]; then
      end=/
    else
      [[ -n $path && \${lines[0]} != *dirnames ]] || continue
      for extension in \${lines[1]}; do [[ $path == *".$extension" ]] && end=' '; done
      [[ -n $end || -z \${lines[1]} ]] || continue
      end=' '
    fi
    [[ -n $tilde ]] && path=\${path#"$HOME/"}
    # Readline quotes file names where it knows them for such.
    [[ -z $readline && -z \${lines[5]} ]] && printf -v path %q "$path"
    path=\${lines[2]}$tilde$path
    [[ -n $readline ]] && compopt +o nospace && [[ $end == / ]] && compopt -o nospace
    [[ $end == ' ' && -n $readline\${lines[5]} ]] && end=
    COMPREPLY[count++]=\${path#"\${lines[4]}"}$end
  done <<<"$answer"
}
complete -o nospace -F ${functionName(program)} ${program}
`,
};

function functionName(program: string): string {
  return `_${identifier(program)}_complete`;
}

function readRequest({ options, words }: Request): BashLine {
  return readBashLine(words[0] ?? "", options.get("breaks") ?? "");
}

// COMP_TYPE: words are listed, or only their common beginning is inserted.
const listing: readonly string[] = ["9", "33", "63", "64"];

function words(completion: Extract<Completion, { kind: "words" }>, line: BashLine, { options }: Request): string {
  const { candidates, before, commas } = completion;
  const listed = candidates.length > 1 && listing.includes(options.get("type") ?? "9");
  const goesOn = ({ candidate }: Piece): boolean => commas || candidate.partial === true;
  const pieces = candidates.flatMap((candidate): Piece[] => {
    const whole = `${before}${candidate.value}`;
    if (!whole.startsWith(line.kept)) return [];
    return [{ candidate, word: quote(whole.slice(line.kept.length), line.quote) }];
  });
  if (listed) return ["words", ...list(pieces, Number(options.get("width") ?? 80))].join("\n");
  if (line.quote !== "") {
    return [pieces.some(goesOn) ? "words" : "words space", ...pieces.map(({ word }) => word)].join("\n");
  }
  return ["words", ...pieces.map((piece) => (goesOn(piece) ? piece.word : `${piece.word} `))].join("\n");
}

interface Piece {
  readonly candidate: Candidate;
  readonly word: string;
}

/** Words with what they mean, one below the other: an entry wider than half the terminal leaves no room for columns. */
function list(pieces: readonly Piece[], width: number): string[] {
  const longest = Math.max(0, ...pieces.map(({ word }) => word.length));
  const room = width - longest - 6;
  const described = pieces.some(({ candidate }) => descriptionOf(candidate) !== undefined);
  if (!described || room < 10) return pieces.map(({ word }) => word);
  return pieces.map(({ candidate, word }) => {
    const text = descriptionOf(candidate);
    if (text === undefined) return word;
    const cut = text.length > room ? `${text.slice(0, room - 3)}...` : text;
    return `${word.padEnd(longest)}  (${cut})`.padEnd(Math.ceil(width / 2));
  });
}

interface PathSpot {
  readonly before: string;
  readonly typed: string;
  readonly line: BashLine;
  readonly extensions: readonly string[];
}

/** Readline completes paths itself when the path begins where it begins to replace, and all files are meant. */
function paths(kind: "files" | "folders", { before, typed, line, extensions }: PathSpot): string {
  const action = kind === "files" ? "default" : "dirnames";
  const native = line.kept === before && extensions.length === 0;
  return [`${native ? "native" : "listed"} ${action}`, extensions.join(" "), before, typed, line.kept, line.quote].join(
    "\n",
  );
}

function quote(value: string, open: BashLine["quote"]): string {
  if (open === "'") return value.replaceAll("'", "'\\''");
  if (open === '"') return value.replaceAll(/[$`"\\]/g, "\\$&");
  return value.replaceAll(/^~|[^\p{L}\p{N}_@%+=:,./~-]/gu, "\\$&");
}
