// The %fs magic: one dbutils.fs command, written as words.
import { FileFault } from "./file-fault.ts";
import type { Files } from "./files.ts";
import type { CellOutput } from "./types.ts";

/** Runs `ls /x`, `head /x`, `put /x "text" true`, `cp a b -r`, `mv`, `rm -r /x`, `mkdirs /x`. Throws FileFault. */
export async function runFsMagic(code: string, files: Files): Promise<CellOutput> {
  const words = [...code.trim().matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (found) => found[1] ?? found[2] ?? found[3] ?? "",
  );
  const flags = ["-r", "--recurse", "true", "--overwrite", "--recurse=true", "--overwrite=true"];
  const [command = "", ...rest] = words;
  const flagged = rest.some((word) => flags.includes(word));
  const [first = "", second = ""] = rest.filter((word) => !flags.includes(word));
  const needed = ["cp", "mv", "put"].includes(command) ? second : first;
  if (needed === "" && command !== "ls") throw new FileFault(`%fs ${command}: a path is missing`);
  switch (command) {
    case "ls":
      return listing(await files.list(first === "" ? "/" : first));
    case "head":
      return { type: "text", text: (await files.head(first, second === "" ? 65_536 : Number(second))).text };
    case "put":
      return { type: "text", text: `Wrote ${await files.put(first, second, flagged)} bytes.\ntrue\n` };
    case "cp":
      await files.copy(first, second, flagged);
      return done(true);
    case "mv":
      await files.move(first, second, flagged);
      return done(true);
    case "rm":
      return done(await files.remove(first, flagged));
    case "mkdirs":
      await files.makeFolder(first);
      return done(true);
    default:
      throw new FileFault(`%fs ${command} is not in the emulator; ls, head, put, cp, mv, rm and mkdirs are`);
  }
}

function done(result: boolean): CellOutput {
  return { type: "text", text: `${result}\n` };
}

function listing(entries: Awaited<ReturnType<Files["list"]>>): CellOutput {
  const columns = [
    { name: "path", type: "string" },
    { name: "name", type: "string" },
    { name: "size", type: "bigint" },
    { name: "modificationTime", type: "bigint" },
  ];
  const rows = entries.map((entry) => [entry.path, entry.name, entry.size, entry.modificationTime]);
  return { type: "table", columns, rows, truncated: false };
}
