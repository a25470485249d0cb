// The Homebrew formula. Text in, text out.
import { archiveName, helperName, oldNames, type Target } from "../../src/platform/release/targets.ts";

export interface PackageFacts {
  readonly version: string;
  readonly homepage: string;
  /** The folder of the release's files, without a slash at its end. */
  readonly base: string;
  /** SHA-256 by file name. */
  readonly sums: ReadonlyMap<string, string>;
}

/** The formula for the targets whose archives are in `sums`. Throws when there is none that Homebrew could install. */
export function formula(facts: PackageFacts): string {
  const systems = [
    system("macos", facts, "darwin-arm64", "darwin-x64"),
    system("linux", facts, "linux-arm64", "linux-x64"),
  ].filter((lines) => lines.length > 0);
  if (systems.length === 0) throw new Error("a formula needs an archive for macOS or Linux");
  const lines = [
    "class Mortar < Formula",
    '  desc "Databricks workspace in any coding agent"',
    `  homepage "${facts.homepage}"`,
    `  version "${facts.version}"`,
    '  license "MIT"',
    "",
    '  option "with-old-names", "Also answer to databricks-claude, -codex, -opencode and -agents"',
    "",
    ...systems.flatMap((one) => [...one, ""]),
    "  def install",
    '    bin.install "mortar"',
    `    bin.install_symlink bin/"mortar" => "${helperName}"`,
    '    if build.with? "old-names"',
    ...oldNames.map((name) => `      bin.install_symlink bin/"mortar" => "${name}"`),
    "    end",
    '    bash_completion.install "completions/mortar.bash" => "mortar"',
    '    zsh_completion.install "completions/_mortar"',
    '    fish_completion.install "completions/mortar.fish"',
    '    man1.install Dir["man/*.1"]',
    '    doc.install "LICENSE", "THIRD_PARTY_NOTICES"',
    "  end",
    "",
    "  test do",
    '    assert_equal "mortar #{version}", shell_output("#{bin}/mortar --version").strip',
    '    assert_match "complete", shell_output("#{bin}/mortar completion fish")',
    "  end",
    "end",
  ];
  return `${lines.join("\n")}\n`;
}

function system(name: string, facts: PackageFacts, arm: Target, intel: Target): string[] {
  const blocks = [...machine("arm", facts, arm), ...machine("intel", facts, intel)];
  return blocks.length === 0 ? [] : [`  on_${name} do`, ...blocks, "  end"];
}

function machine(name: string, { version, base, sums }: PackageFacts, target: Target): string[] {
  const file = archiveName(version, target);
  const hash = sums.get(file);
  if (hash === undefined) return [];
  return [`    on_${name} do`, `      url "${base}/${file}"`, `      sha256 "${hash}"`, "    end"];
}
