# mortar completion for fish. Made by `mortar completion`, which replaces this file: changes are lost.
function __mortar_complete
    set -l words (commandline -opc)
    # The word without its quotes: one that is still open is closed for that.
    set -l token (commandline -ct)
    set -l typed
    for ending in '' \\ \" \'
        set typed (string unescape -- "$token$ending"); and break
    end
    set -l program $words[1]
    type -fq -- $program; or set program mortar
    set -e words[1]
    set -l answer (command $program __complete fish --name mortar -- $words "$typed" 2>/dev/null </dev/null)
    set -q answer[2]; or return
    set -l how (string split ' ' -- $answer[1])
    if test $how[1] = words
        set -q answer[3]; and printf '%s\n' $answer[3..-1]
        return
    end
    # The paths that fish itself would offer, as the argument of a command that it does not know.
    string match -q -- "$answer[2]*" "$token"; and set token (string sub -s (math (string length -- "$answer[2]") + 1) -- "$token")
    set -l paths (complete -C "__mortar_complete_paths $token")
    switch $how[1]
        case folders
            set paths (string match -r '^[^\t]*/(?:\t.*)?$' -- $paths)
        case files
            set -q how[2]; and set paths (string match -r '^[^\t]*(?:/|\.(?:'(string join '|' -- (string escape --style=regex -- $how[2..-1]))'))(?:\t.*)?$' -- $paths)
    end
    set -q paths[1]; and printf '%s\n' $answer[2]$paths
end
complete -c mortar -e
complete -c mortar -f -k -a '(__mortar_complete)'
