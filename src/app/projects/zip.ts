// A project's folder as a zip, made while it is sent: neither links nor hidden files, nor what programs can make anew.
import { MortarError } from "../../platform/errors.ts";
import { chunksOf } from "./disk.ts";
import { isMadeAnew } from "./excluded.ts";
import { isGone } from "./file-faults.ts";
import { zipLimit } from "./limits.ts";
import type { Live } from "./live.ts";
import { isHidden } from "./paths.ts";
import { streamOf } from "./stream.ts";
import { walkTree, type Found } from "./walk.ts";
import { zipOf, type ZipEntry } from "./zip-writer.ts";

/** Throws `not_found` before the stream begins. A file that vanishes meanwhile is empty in it or ends early. */
export async function zipOfFolder(
  live: Live,
  top: readonly string[],
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { found, isCut } = await walkTree(live.root, top, {
    tells: (parts) => !isHidden(parts.slice(top.length)),
    into: (parts) => !isMadeAnew(parts.at(-1) ?? ""),
    limit: zipLimit,
    signal: live.ended.signal,
  });
  if (isCut) {
    throw new MortarError("too_large", `The folder has more than ${zipLimit} files`, {
      hint: "Take one of the folders in it at a time.",
    });
  }
  return streamOf(zipOf(entries(live, top, found)));
}

function* entries(live: Live, top: readonly string[], found: readonly Found[]): Generator<ZipEntry> {
  for (const { parts, facts } of found) {
    const isFolder = facts.isDirectory();
    yield {
      name: `${parts.slice(top.length).join("/")}${isFolder ? "/" : ""}`,
      mode: facts.mode,
      modifiedMs: facts.mtimeMs,
      sizeBytes: isFolder ? 0 : facts.size,
      content: () => (isFolder ? nothing() : present(chunksOf(live.root, parts, facts.size))),
    };
  }
}

/** A file that is gone by now is an empty one. */
async function* present(chunks: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    yield* chunks;
  } catch (thrown) {
    if (!isGone(thrown)) throw thrown;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  // An entry of no bytes.
}
