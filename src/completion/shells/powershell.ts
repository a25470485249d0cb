// Windows PowerShell 5.1 and PowerShell 7, on every system.
import { descriptionOf, marker, type Shell } from "./shell.ts";

/**
 * Words and lines travel percent-encoded: 5.1 drops empty arguments, breaks those with quotes, and reads output in the
 * console's code page. Lines: what to complete, what stands before it in the same word, then word, list entry, tooltip.
 */
export const powershell: Shell = {
  name: "powershell",
  fileName: (program) => `${program}.ps1`,
  matching: "prefix",
  words: ({ words }) => words.map((word) => decode(word.replace(/^=/, ""))),
  render: (completion) => {
    const before = encodeURIComponent(completion.before);
    if (completion.kind === "folders") return ["folders", before].join("\n");
    if (completion.kind === "files") {
      return [["files", ...completion.extensions.map(encodeURIComponent)].join(" "), before].join("\n");
    }
    const lines = completion.candidates.map((candidate) => {
      const word = quote(`${completion.before}${candidate.value}`);
      return [word, candidate.value, descriptionOf(candidate) ?? candidate.value].map(encodeURIComponent).join(" ");
    });
    return ["words", before, ...lines].join("\n");
  },
  script: (program) => `${marker("powershell", program)}
Register-ArgumentCompleter -Native -CommandName '${program}', '${program}.exe' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @()
    $inWord = $false
    foreach ($element in @($commandAst.CommandElements | Select-Object -Skip 1)) {
        if ($element.Extent.StartOffset -ge $cursorPosition) { break }
        $inWord = $element.Extent.EndOffset -ge $cursorPosition
        $text = $element.Extent.Text
        if ($inWord) { $text = $text.Substring(0, $cursorPosition - $element.Extent.StartOffset) }
        # The text as it stands, without its quotes: nothing in it is evaluated.
        if ($text -match "^'") { $text = ($text -replace "^'|'$", '') -replace "''", "'" }
        elseif ($text -match '^"') { $text = ($text -replace '^"|"$', '') -replace '""', '"' -replace '\`(.)', '$1' }
        else { $text = $text -replace '\`(.)', '$1' }
        $words += '=' + [uri]::EscapeDataString($text)
    }
    if (-not $inWord) { $words += '=' }
    $program = $commandAst.GetCommandName()
    if (-not $program -or -not (Get-Command -Name $program -CommandType Application -ErrorAction SilentlyContinue)) { $program = '${program}' }
    $code = $global:LASTEXITCODE
    try { $answer = @(& $program __complete powershell --name ${program} '--' $words 2>$null) } catch { $answer = @() }
    # The prompt may show it: what the person's own command left stays.
    $global:LASTEXITCODE = $code
    if ($answer.Count -lt 1) { return '' }
    $how = @($answer[0] -split ' ')
    $before = if ($answer.Count -gt 1) { [uri]::UnescapeDataString($answer[1]) } else { '' }
    if ($how[0] -eq 'words') {
        # An empty text keeps PowerShell from offering files instead.
        if ($answer.Count -lt 3) { return '' }
        return $answer | Select-Object -Skip 2 | ForEach-Object {
            $part = @($_ -split ' ' | ForEach-Object { [uri]::UnescapeDataString($_) })
            [System.Management.Automation.CompletionResult]::new($part[0], $part[1], 'ParameterValue', $part[2])
        }
    }
    $typed = [uri]::UnescapeDataString($words[-1].Substring(1)).Substring($before.Length)
    $endings = @($how | Select-Object -Skip 1 | ForEach-Object { '.' + [uri]::UnescapeDataString($_) })
    $paths = @([System.Management.Automation.CompletionCompleters]::CompleteFilename($typed) | Where-Object {
        $isFolder = $_.ResultType -eq 'ProviderContainer'
        $name = $_.ListItemText
        $isFolder -or ($how[0] -eq 'files' -and ($endings.Count -eq 0 -or @($endings | Where-Object { $name.EndsWith($_) }).Count -gt 0))
    })
    if ($paths.Count -eq 0) { return '' }
    $paths | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($before + $_.CompletionText, $_.ListItemText, $_.ResultType, $_.ToolTip)
    }
}
`,
};

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A word as PowerShell passes it on whole. A comma would make a list of it, which arrives as several words. */
function quote(word: string): string {
  return /^[\p{L}\p{N}_./:=+%\\~-]+$/u.test(word) ? word : `'${word.replaceAll(/['‘’‚‛]/g, "$&$&")}'`;
}
