// Archives that other programs made: Python's zipfile, and Bun's tar.
import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { readArchive } from "./archive.ts";

const zipText =
  "UEsDBBQAAAAIAAAAIVz4mSLmDAAAAEYAAAAjAAAAbW9ydGFyLTEuMi4zLXdpbmRvd3MteDY0L21vcnRhci5leGUrKMpPL0rMLaCMAgBQSwMEFAAAAAAAAAAhXCCmvsoDAAAAAwAAACAAAABtb3J0YXItMS4yLjMtd2luZG93cy14NjQvTElDRU5TRU1JVFBLAQIUAxQAAAAIAAAAIVz4mSLmDAAAAEYAAAAjAAAAAAAAAAAAAACAAQAAAABtb3J0YXItMS4yLjMtd2luZG93cy14NjQvbW9ydGFyLmV4ZVBLAQIUAxQAAAAAAAAAIVwgpr7KAwAAAAMAAAAgAAAAAAAAAAAAAACAAU0AAABtb3J0YXItMS4yLjMtd2luZG93cy14NjQvTElDRU5TRVBLBQYAAAAAAgACAJ8AAACOAAAAAAA=";
const zip = new Uint8Array(Buffer.from(zipText, "base64"));
const folder = "mortar-1.2.3-windows-x64";

function textOf(files: ReadonlyMap<string, Uint8Array>, path: string): string {
  return new TextDecoder().decode(files.get(path));
}

test("a zip file, packed and stored members", () => {
  const files = readArchive("mortar.zip", zip);
  expect([...files.keys()]).toEqual([`${folder}/mortar.exe`, `${folder}/LICENSE`]);
  expect(textOf(files, `${folder}/mortar.exe`)).toBe("program".repeat(10));
  expect(textOf(files, `${folder}/LICENSE`)).toBe("MIT");
});

test("a tar file", async () => {
  const tar = await new Bun.Archive({ "a/mortar": "program", "a/man/mortar.1": "x".repeat(700) }).bytes();
  const files = readArchive("mortar.tar.gz", gzipSync(tar));
  expect(textOf(files, "a/mortar")).toBe("program");
  expect(textOf(files, "a/man/mortar.1")).toBe("x".repeat(700));
});

describe("refused", () => {
  const damaged = zip.slice();
  damaged[70] = (damaged[70] ?? 0) ^ 1;
  const tar = gzipSync(new Uint8Array(512).fill(0x41));
  test.each([
    ["HTML as zip", "a.zip", new TextEncoder().encode("<html>Not found</html>")],
    ["HTML as tar", "a.tar.gz", new TextEncoder().encode("<html>Not found</html>")],
    ["nothing", "a.tar.gz", new Uint8Array()],
    ["a zip without its end", "a.zip", zip.subarray(0, zip.length - 30)],
    ["a zip with a changed byte", "a.zip", damaged],
    ["a tar that is none", "a.tar.gz", tar],
  ])("%s", (_what, name, bytes) => {
    expect(() => readArchive(name, bytes)).toThrow("cannot be unpacked");
  });
});
