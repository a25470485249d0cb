// The Scoop manifest (https://github.com/ScoopInstaller/Scoop/wiki/App-Manifests). Facts in, text out.
import {
  archiveFolder,
  archiveName,
  helperName,
  oldNames,
  sumsName,
  type Target,
} from "../../src/platform/release/targets.ts";
import type { PackageFacts } from "./formula.ts";

const machines: Readonly<Record<string, Target>> = { "64bit": "windows-x64", arm64: "windows-arm64" };

/** The manifest for the Windows targets whose archives are in `sums`; undefined when there is none. */
export function scoopManifest(facts: PackageFacts, template: string): string | undefined {
  const { version, homepage, base, sums } = facts;
  const found = Object.entries(machines).filter(([, target]) => sums.has(archiveName(version, target)));
  if (found.length === 0) return undefined;
  const later = template.replaceAll("{version}", "$version").replace(/\/$/, "");
  const manifest = {
    version,
    description: "A Databricks workspace in any coding agent",
    homepage,
    license: "MIT",
    architecture: Object.fromEntries(
      found.map(([machine, target]) => [
        machine,
        {
          url: `${base}/${archiveName(version, target)}`,
          hash: sums.get(archiveName(version, target)),
          extract_dir: archiveFolder(version, target),
        },
      ]),
    ),
    pre_install: [
      // The program goes by the name that it is started with. A shim of Scoop's would hide that name; a hard link keeps it.
      `New-Item -ItemType HardLink -Path "$dir\\${helperName}.exe" -Target "$dir\\mortar.exe" | Out-Null`,
      `$old = Test-Path "$(appdir $app $global)\\*\\${oldNames[0]}.exe"`,
      `if ($old -or ($env:MORTAR_OLD_NAMES -eq '1')) { foreach ($name in ${oldNames.map((name) => `'${name}'`).join(", ")}) { New-Item -ItemType HardLink -Path "$dir\\$name.exe" -Target "$dir\\mortar.exe" | Out-Null } }`,
    ],
    env_add_path: ".",
    notes: [
      "To answer to databricks-claude, -codex, -opencode and -agents as well, set MORTAR_OLD_NAMES=1 and install again.",
      "Completion: mortar completion powershell | Out-String | Invoke-Expression",
    ],
    checkver: { url: feedOf(homepage), jsonpath: "$.version" },
    autoupdate: {
      architecture: Object.fromEntries(
        found.map(([machine, target]) => [
          machine,
          {
            url: `${later}/${archiveName("$version", target)}`,
            extract_dir: archiveFolder("$version", target),
          },
        ]),
      ),
      hash: { url: `$baseurl/${sumsName}` },
    },
  };
  return `${JSON.stringify(manifest, null, 4)}\n`;
}

function feedOf(homepage: string): string {
  return `${homepage}/releases/latest/download/latest.json`;
}
