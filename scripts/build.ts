// Makes dist/mortar for this machine, or for another with --target bun-<os>-<arch>, from src/main.ts. scripts/release
// adds --commit, --release-keys and --repository. The same source gives the same bytes, whatever folder it lies in.
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import packageJson from "../package.json";
import { apartPlugin } from "./apart-plugin.ts";
import { duckdbFiles } from "./duckdb-plugin.ts";
import { packedPackagesPlugin } from "./packed-packages-plugin.ts";
import { pagePlugin } from "./page-plugin.ts";
import { pdfjsPlugin } from "./pdfjs-plugin.ts";
import { sdkPlugin } from "./sdk-plugin.ts";
import { skillsPlugin } from "./skills-plugin.ts";

const root = join(import.meta.dir, "..");
const target = argument("--target");
const isForWindows = target === undefined ? process.platform === "win32" : target.includes("windows");
const outfile = resolve(argument("--outfile") ?? join(root, "dist", isForWindows ? "mortar.exe" : "mortar"));

// The name of the output is part of it: only the folder of the unfinished file may differ from one build to the next.
const unfinished = join(dirname(outfile), `.new${process.pid}`);
const fresh = join(unfinished, basename(outfile));
process.chdir(root);
await mkdir(unfinished, { recursive: true });
try {
  const define = {
    "process.env.NODE_ENV": JSON.stringify("production"),
    MORTAR_VERSION: JSON.stringify(packageJson.version),
    MORTAR_COMMIT: JSON.stringify(argument("--commit") ?? (await commit())),
    MORTAR_TARGET: JSON.stringify(target?.replace(/^bun-/, "") ?? ""),
    MORTAR_RELEASE_KEYS: JSON.stringify(argument("--release-keys") ?? ""),
    MORTAR_REPOSITORY: JSON.stringify(argument("--repository") ?? ""),
  };
  const apart = await apartPlugin({ duckdb: await duckdbFiles(target), define });
  const result = await Bun.build({
    entrypoints: [join(root, "src", "main.ts")],
    root,
    target: "bun",
    format: "esm",
    splitting: true,
    bytecode: true,
    minify: true,
    plugins: [
      sdkPlugin,
      apart,
      await skillsPlugin(),
      await pdfjsPlugin(),
      await pagePlugin(),
      await packedPackagesPlugin(),
    ],
    define,
    compile: {
      outfile: fresh,
      execArgv: ["--use-system-ca"],
      autoloadDotenv: false,
      autoloadBunfig: false,
      ...(target === undefined ? {} : { target: target as Bun.Build.CompileTarget }),
    },
  });
  for (const message of result.logs) console.error(message);
  await rename(fresh, outfile);
} catch (thrown) {
  console.error(thrown);
  process.exitCode = 1;
} finally {
  await rm(unfinished, { recursive: true, force: true });
}
if (process.exitCode === 1) process.exit();
console.error(`built ${outfile}, ${(Bun.file(outfile).size / 1e6).toFixed(1)} MB`);

async function commit(): Promise<string> {
  const child = Bun.spawn(["git", "rev-parse", "--short=12", "HEAD"], { cwd: root, stdout: "pipe", stderr: "ignore" });
  const text = (await new Response(child.stdout).text()).trim();
  return (await child.exited) === 0 && text !== "" ? text : "unknown";
}

function argument(name: string): string | undefined {
  const index = process.argv.indexOf(name);
  return index === -1 ? undefined : process.argv[index + 1];
}
