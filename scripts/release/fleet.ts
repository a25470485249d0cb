// What a release has for fleets and for agents' own plugin systems: two archives.
import { join } from "node:path";
import { readdir } from "node:fs/promises";
import { pluginFiles, type PluginFacts } from "../plugin/files.ts";
import { tarGz, type ArchiveFile } from "./archive.ts";

/** The scripts of scripts/release/fleet, with the text that tells how to use them. */
export async function fleetArchive(root: string, timeSeconds: number): Promise<Uint8Array> {
  const folder = join(root, "scripts", "release", "fleet");
  const names = (await readdir(folder)).filter((name) => !name.endsWith(".test.ts")).toSorted();
  const scripts = names.map(async (name): Promise<ArchiveFile> => {
    const content = await Bun.file(join(folder, name)).bytes();
    return { path: `mortar-fleet/${name}`, content, executable: !name.endsWith(".ps1") };
  });
  const guide = await Bun.file(join(root, "docs", "fleet.md")).bytes();
  const readme: ArchiveFile = { path: "mortar-fleet/README.md", content: guide, executable: false };
  return tarGz([readme, ...(await Promise.all(scripts))], timeSeconds);
}

/** The plugins, in folders that the agents' own commands take. */
export async function pluginArchive(facts: PluginFacts, timeSeconds: number): Promise<Uint8Array> {
  const files = [...(await pluginFiles(facts))].map(([path, text]): ArchiveFile => ({
    path: `mortar-plugins/${path}`,
    content: typeof text === "string" ? new TextEncoder().encode(text) : text,
    executable: false,
  }));
  return tarGz(files, timeSeconds);
}
