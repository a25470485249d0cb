// Volumes of Unity Catalog as folders: which there are is the catalog's to say, the files lie below the data folder.
import { join } from "node:path";
import type { CatalogNode } from "../sql/catalog-documents.ts";
import { FileFault } from "./file-fault.ts";

export type Catalogs = ReadonlyMap<string, CatalogNode>;

/** The folder with the files of the volume with this id: one that was dropped and made again begins empty. */
export function volumeFolder(worldFolder: string, volumeId: string): string {
  return join(worldFolder, "files", "volumes", volumeId);
}

/** Names below `/Volumes`, `/Volumes/catalog` or `/Volumes/catalog/schema`. Throws FileFault for an unknown one. */
export function namesAbove(catalogs: Catalogs, parts: readonly string[]): readonly string[] {
  const [catalog, schema] = parts.map((part) => part.toLowerCase());
  if (catalog === undefined) return [...catalogs.keys()];
  const schemas = catalogs.get(catalog)?.schemas;
  if (schemas === undefined) throw new FileFault(`java.io.FileNotFoundException: There is no catalog ${catalog}`);
  if (schema === undefined) return [...schemas.keys()];
  const volumes = schemas.get(schema)?.volumes;
  if (volumes === undefined)
    throw new FileFault(`java.io.FileNotFoundException: There is no schema ${catalog}.${schema}`);
  return [...volumes.keys()];
}

/** Id of the volume `catalog.schema.volume`. Throws FileFault when there is none. */
export function volumeId(catalogs: Catalogs, parts: readonly string[]): string {
  const [catalog = "", schema = "", volume = ""] = parts.map((part) => part.toLowerCase());
  const found = catalogs.get(catalog)?.schemas.get(schema)?.volumes.get(volume);
  if (found === undefined) {
    throw new FileFault(
      `java.io.FileNotFoundException: There is no volume ${catalog}.${schema}.${volume}; CREATE VOLUME ${catalog}.${schema}.${volume} makes it`,
    );
  }
  return found.id;
}
