// The Arch Linux package (https://wiki.archlinux.org/title/PKGBUILD), with the old names as a package of its own, and the
// summary that the AUR wants beside it. Facts in, text out.
import { archiveFolder, archiveName, helperName, oldNames, type Target } from "../../src/platform/release/targets.ts";
import type { PackageFacts } from "./formula.ts";

const machines: Readonly<Record<string, Target>> = { x86_64: "linux-x64", aarch64: "linux-arm64" };
const base = "mortar-bin";
const oldNamesPackage = "mortar-databricks-names-bin";
const summary = "A Databricks workspace in any coding agent";
const oldNamesSummary = `mortar under the names ${oldNames.join(", ")}`;

export interface ArchPackage {
  readonly pkgbuild: string;
  readonly srcinfo: string;
}

/** The package for the Linux targets whose archives are in `sums`; undefined when there is none. */
export function archPackage(facts: PackageFacts): ArchPackage | undefined {
  const { version, base: folder, sums } = facts;
  const sources = Object.entries(machines).flatMap(([machine, target]) => {
    const name = archiveName(version, target);
    const hash = sums.get(name);
    return hash === undefined ? [] : [{ machine, target, url: `${folder}/${name}`, hash }];
  });
  if (sources.length === 0) return undefined;
  return { pkgbuild: pkgbuild(facts, sources), srcinfo: srcinfo(facts, sources) };
}

interface Source {
  /** As Arch calls it. */
  readonly machine: string;
  readonly target: Target;
  readonly url: string;
  readonly hash: string;
}

/** A version of a package has no hyphen. */
function packageVersion(version: string): string {
  return version.replaceAll("-", "_");
}

function pkgbuild({ version, homepage }: PackageFacts, sources: readonly Source[]): string {
  const lines = [
    "# Made by scripts/release.",
    `pkgbase=${base}`,
    `pkgname=('${base}' '${oldNamesPackage}')`,
    `pkgver=${packageVersion(version)}`,
    "pkgrel=1",
    `arch=(${sources.map(({ machine }) => `'${machine}'`).join(" ")})`,
    `url='${homepage}'`,
    "license=('MIT')",
    "# strip would cut off what the program carries.",
    "options=('!strip' '!debug')",
    ...sources.flatMap(({ machine, url, hash }) => [
      `source_${machine}=('${url}')`,
      `sha256sums_${machine}=('${hash}')`,
    ]),
    "",
    "_folder() {",
    '  case "$CARCH" in',
    ...sources.map(({ machine, target }) => `    ${machine}) echo "$srcdir/${archiveFolder(version, target)}" ;;`),
    "  esac",
    "}",
    "",
    `package_${base}() {`,
    `  pkgdesc='${summary}'`,
    "  depends=('glibc')",
    "  provides=('mortar')",
    "  conflicts=('mortar')",
    '  cd "$(_folder)" || return 1',
    '  install -Dm755 mortar "$pkgdir/usr/bin/mortar"',
    `  ln -s mortar "$pkgdir/usr/bin/${helperName}"`,
    '  install -Dm644 completions/mortar.bash "$pkgdir/usr/share/bash-completion/completions/mortar"',
    '  install -Dm644 completions/_mortar "$pkgdir/usr/share/zsh/site-functions/_mortar"',
    '  install -Dm644 completions/mortar.fish "$pkgdir/usr/share/fish/vendor_completions.d/mortar.fish"',
    '  install -Dm644 -t "$pkgdir/usr/share/man/man1" man/*.1',
    `  install -Dm644 -t "$pkgdir/usr/share/licenses/${base}" LICENSE THIRD_PARTY_NOTICES`,
    "}",
    "",
    `package_${oldNamesPackage}() {`,
    `  pkgdesc='${oldNamesSummary}'`,
    `  depends=("${base}=$pkgver-$pkgrel")`,
    `  conflicts=(${oldNames.map((name) => `'${name}'`).join(" ")})`,
    '  install -d "$pkgdir/usr/bin"',
    ...oldNames.map((name) => `  ln -s mortar "$pkgdir/usr/bin/${name}"`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function srcinfo({ version, homepage }: PackageFacts, sources: readonly Source[]): string {
  const full = packageVersion(version);
  const lines = [
    `pkgbase = ${base}`,
    `\tpkgver = ${full}`,
    "\tpkgrel = 1",
    `\turl = ${homepage}`,
    ...sources.map(({ machine }) => `\tarch = ${machine}`),
    "\tlicense = MIT",
    "\toptions = !strip",
    "\toptions = !debug",
    ...sources.flatMap(({ machine, url, hash }) => [
      `\tsource_${machine} = ${url}`,
      `\tsha256sums_${machine} = ${hash}`,
    ]),
    "",
    `pkgname = ${base}`,
    `\tpkgdesc = ${summary}`,
    "\tdepends = glibc",
    "\tprovides = mortar",
    "\tconflicts = mortar",
    "",
    `pkgname = ${oldNamesPackage}`,
    `\tpkgdesc = ${oldNamesSummary}`,
    `\tdepends = ${base}=${full}-1`,
    ...oldNames.map((name) => `\tconflicts = ${name}`),
  ];
  return `${lines.join("\n")}\n`;
}
