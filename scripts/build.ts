// Makes dist/mortar for this machine, or for another with --target bun-<os>-<arch>, from src/main.ts.
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import packageJson from "../package.json";
import { duckdbPlugin } from "./duckdb-plugin.ts";

const root = join(import.meta.dir, "..");
const target = argument("--target");
const outfile = argument("--outfile") ?? join(root, "dist", process.platform === "win32" ? "mortar.exe" : "mortar");

await mkdir(join(outfile, ".."), { recursive: true });
const fresh = `${outfile}.new${process.pid}${outfile.endsWith(".exe") ? ".exe" : ""}`;
try {
  const result = await Bun.build({
    entrypoints: [join(root, "src", "main.ts")],
    target: "bun",
    format: "esm",
    splitting: true,
    bytecode: true,
    minify: true,
    plugins: [await duckdbPlugin(target)],
    define: {
      "process.env.NODE_ENV": JSON.stringify("production"),
      MORTAR_VERSION: JSON.stringify(packageJson.version),
      MORTAR_COMMIT: JSON.stringify(await commit()),
    },
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
  await rm(fresh, { force: true });
  console.error(thrown);
  process.exit(1);
}
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
