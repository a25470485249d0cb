# mortar completion for bash. Made by `mortar completion`, which replaces this file: changes are lost.
_mortar_complete() {
  local program=$1 line answer type=${COMP_TYPE-} i=0 IFS=$' \t\n'
  local -a lines
  lines=()
  COMPREPLY=()
  line=${COMP_LINE:0:${COMP_POINT:-0}}
  [[ -n $line ]] || line="${COMP_WORDS[*]}"
  [[ $program == '~/'* ]] && program=$HOME/${program#'~/'}
  type -P -- "$program" >/dev/null 2>&1 || program=mortar
  # Before bash 4 nothing says whether a word will be listed or inserted; menu-complete inserts one after the other.
  if [[ -z $type ]]; then
    type=9
    bind -q menu-complete >/dev/null 2>&1 && type=37
  fi
  answer=$(command "$program" __complete bash --name mortar --type "$type" --width "${COLUMNS:-80}" \
    --breaks "${COMP_WORDBREAKS-}" -- "$line" 2>/dev/null </dev/null) || return 0
  while IFS= read -r line; do lines[i++]=$line; done <<<"$answer"
  case ${lines[0]} in
    words*)
      # Inside quotes readline sets the closing quote, and the space behind it.
      [[ ${lines[0]} == 'words space' ]] && compopt +o nospace 2>/dev/null
      for ((i = 1; i < ${#lines[@]}; i++)); do COMPREPLY[i-1]=${lines[i]}; done
      ;;
    native*) compopt -o "${lines[0]#native }" +o nospace 2>/dev/null || _mortar_complete_paths ;;
    listed*) _mortar_complete_paths ;;
  esac
  return 0
}
# lines: what to list, extensions, what stands before the path, the path, what readline keeps, the open quote.
_mortar_complete_paths() {
  local path start=${lines[3]} tilde= end extension readline= count=0
  compopt -o filenames 2>/dev/null && readline=1
  case $start in '~/'* | '$HOME/'*) tilde=${start%%/*}/ start=$HOME/${start#*/} ;; esac
  answer=$(shopt -s nullglob; shopt -u failglob; set +f; for path in "$start"*; do printf '%s\n' "$path"; done)
  while IFS= read -r path; do
    end=
    if [[ -d $path ]]; then
      end=/
    else
      [[ -n $path && ${lines[0]} != *dirnames ]] || continue
      for extension in ${lines[1]}; do [[ $path == *".$extension" ]] && end=' '; done
      [[ -n $end || -z ${lines[1]} ]] || continue
      end=' '
    fi
    [[ -n $tilde ]] && path=${path#"$HOME/"}
    # Readline quotes file names where it knows them for such.
    [[ -z $readline && -z ${lines[5]} ]] && printf -v path %q "$path"
    path=${lines[2]}$tilde$path
    [[ -n $readline ]] && compopt +o nospace && [[ $end == / ]] && compopt -o nospace
    [[ $end == ' ' && -n $readline${lines[5]} ]] && end=
    COMPREPLY[count++]=${path#"${lines[4]}"}$end
  done <<<"$answer"
}
complete -o nospace -F _mortar_complete mortar
