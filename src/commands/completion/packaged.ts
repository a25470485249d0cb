// Completion scripts that came with the program: where packages and install scripts put them, beside its bin folder.
import { dirname, join } from "node:path";
import { isOwnScript, type Shell } from "../../completion/shells/shell.ts";
import type { Deps } from "../../platform/deps.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { findProgram } from "../../platform/programs.ts";
import { selfCommand } from "../../platform/process.ts";

const folders: Readonly<Record<Shell["name"], readonly string[]>> = {
  // Homebrew has one of its own; the other is that of the bash-completion package.
  bash: ["etc/bash_completion.d", "share/bash-completion/completions"],
  zsh: ["share/zsh/site-functions"],
  fish: ["share/fish/vendor_completions.d"],
  powershell: ["share/mortar"],
};

/** The path of the script that lies beside this program, or beside the one that the PATH has; undefined without one. */
export async function packagedScript(deps: Deps, shell: Shell, program: string): Promise<string | undefined> {
  const [self] = selfCommand();
  const programs = [...new Set([findProgram("mortar", deps) ?? self, self])];
  for (const path of programs) {
    for (const folder of folders[shell.name]) {
      const script = join(dirname(dirname(path)), folder, shell.fileName(program));
      const text = await readTextIfPresent(script).catch(() => undefined);
      if (text !== undefined && isOwnScript(text)) return script;
    }
  }
  return undefined;
}
