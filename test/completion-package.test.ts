// The completion engine as a package: packed as it would be published, and used by a program of somebody else's.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cp, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "./checks/code.ts";
import { readImports } from "./checks/imports.ts";

let folder: string;
let installed: string;

async function must(command: string[], cwd: string): Promise<string> {
  const child = Bun.spawn(command, { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0 || stderr !== "") throw new Error(`${command.join(" ")}: ${code}\n${stderr}`);
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "completion-package-"));
  // A clean copy of what is published: the built program of a working copy would be packed along with it.
  const clean = join(folder, "clean");
  await mkdir(join(clean, "src"), { recursive: true });
  for (const path of ["package.json", "LICENSE", "src/completion"]) {
    await cp(join(repositoryRoot, path), join(clean, path), { recursive: true });
  }
  const tarball = (await must([process.execPath, "pm", "pack", "--quiet", "--destination", folder], clean)).trim();
  await must(["tar", "-xzf", tarball, "-C", folder], folder);
  installed = join(folder, "node_modules", "mortar");
  await mkdir(join(folder, "node_modules"));
  await rename(join(folder, "package"), installed);
  await cp(join(import.meta.dir, "completion-example", "program.ts"), join(folder, "program.ts"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const barista = (...words: string[]): Promise<string> => must([process.execPath, "program.ts", ...words], folder);

test("holds the room with its README, and no tests", async () => {
  const files = (await readdir(installed, { recursive: true })).map((path) => path.replaceAll("\\", "/"));
  expect(files).toContain("src/completion/index.ts");
  expect(files).toContain("src/completion/README.md");
  expect(files.filter((path) => /test/.test(path))).toEqual([]);
});

test("stands alone: it imports its own files and what the runtime brings", async () => {
  const paths = (await readdir(join(installed, "src"), { recursive: true })).filter((path) => path.endsWith(".ts"));
  expect(paths.length).toBeGreaterThan(8);
  for (const path of paths) {
    for (const { specifier } of readImports(await Bun.file(join(installed, "src", path)).text())) {
      const target = specifier.startsWith(".")
        ? Bun.resolveSync(specifier, join(installed, "src", path, ".."))
        : specifier;
      const isOwn = target.startsWith(join(installed, "src", "completion")) || target.startsWith("node:");
      expect([path, specifier, isOwn]).toEqual([path, specifier, true]);
    }
  }
});

describe("another program completes", () => {
  test("its commands, options and values", async () => {
    expect(await barista("__complete", "zsh", "--", "ma")).toBe(
      "commands\n\nmake:Make a cup\ncompletion:Print the completion script\n",
    );
    expect(await barista("__complete", "fish", "--", "make", "--size=")).toContain("--size=small\t30 ml\n");
    expect(await barista("__complete", "bash", "--breaks", "=", "--", "barista make --milk --bl")).toBe("words\n");
    expect(await barista("__complete", "bash", "--breaks", "=", "--", "barista make ar")).toBe("words\narabica \n");
    expect(await barista("__complete", "powershell", "--", "=make", "=--recipe", "=")).toBe("files json yaml\n\n");
    expect(await barista("__complete", "other", "--", "")).toBe("");
  });

  test.each(["bash", "zsh", "fish", "powershell"])("in %s with a script of its own name", async (shell) => {
    const script = await barista("completion", shell);
    expect(script).toContain(`__complete ${shell} --name barista`);
    expect(script).not.toContain("mortar");
  });
});
