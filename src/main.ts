// The entry point: fast paths, then one lazily loaded command. Only this file ends the process.
import { buildInfo } from "./build-info.ts";
import { writePlainStdout } from "./platform/plain-stdout.ts";
import { oldProgramName, ownNameWord } from "./platform/program-name.ts";

const given = process.argv.slice(2);
const isNamed = given[0] === ownNameWord;
const words = isNamed ? given.slice(1) : given;
// The first name decides: a link can make this program an older one.
const older = isNamed || words[0] === "__complete" ? undefined : oldProgramName(process.argv0);

if (older !== undefined) {
  const { runOldProgram } = await import("./commands/old/run-old.ts");
  const code = await runOldProgram(older, words, buildInfo);
  if (code === 130) process.exit(code);
  process.exitCode = code;
} else if (words.length === 1 && (words[0] === "--version" || words[0] === "-V")) {
  // Not process.stdout: its streams alone cost 4 ms of start-up.
  await writePlainStdout(`mortar ${buildInfo.version}\n`);
} else if (words[0] === "__complete") {
  const { askCompletion } = await import("./commands/completion/ask.ts");
  const openDeps = async () => (await import("./platform/system.ts")).systemDeps({ level: "quiet", noColour: true });
  const text = await askCompletion(words.slice(1), openDeps);
  await writePlainStdout(text);
  // What was still being looked up has missed its time.
  process.exit(0);
} else if (words[0] === "__read-document") {
  // A child of the proxy's: a page or a PDF comes in, its text goes out.
  const { answerDocument } = await import("./proxy/web/fetch/document-child.ts");
  await writePlainStdout(await answerDocument(await Bun.stdin.text()));
} else {
  const { runMain } = await import("./run-main.ts");
  const code = await runMain(words, buildInfo);
  // What was interrupted has no more to say, and what it waited for may still hold the process.
  if (code === 130) process.exit(code);
  process.exitCode = code;
}
