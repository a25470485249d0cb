// The entry point: fast paths, then one lazily loaded command. Only this file ends the process.
import { buildInfo } from "./build-info.ts";

const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === "--version" || words[0] === "-V")) {
  process.stdout.write(`mortar ${buildInfo.version}\n`);
} else {
  const { runMain } = await import("./run-main.ts");
  process.exitCode = await runMain(words, buildInfo);
}
