// Runs every check and counts. A check is one command; `bun test` counts its own tests.
import { join } from "node:path";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Counts its own tests, as `N pass` and `N fail`. */
  readonly counts?: boolean;
  /** Later steps make no sense when this one fails. */
  readonly vital?: boolean;
}

const root = join(import.meta.dir, "..");
const everything = process.argv.includes("--all");
const bun = process.execPath;

const steps: readonly Step[] = [
  { name: "tools", command: [bun, "scripts/test-tools.ts", ...(everything ? ["--all"] : [])], vital: true },
  { name: "types", command: [bun, "check", "--no-pretty"] },
  { name: "lint", command: [bun, "x", "--no-install", "oxlint", "--deny-warnings"] },
  { name: "format", command: [bun, "fmt", "--check", "src", "scripts", "test"] },
  { name: "dead code", command: [bun, "x", "--no-install", "knip", "--no-progress"] },
  { name: "build", command: [bun, "scripts/build.ts"], vital: true },
  { name: "unit tests", command: [bun, "test", "--parallel=2", "--timeout", "60000", "./src"], counts: true },
  { name: "end-to-end tests", command: [bun, "test", "--timeout", "120000", "./test"], counts: true },
  { name: "demo", command: [bun, "scripts/demo.ts"] },
];

// Credentials have forms of their own; none may stand in what the whole suite prints.
const credential =
  /dapi[0-9a-f]{32}|doau[0-9a-f]{32,}|dose[0-9a-f]{32}|dcod[0-9a-f]{32,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/;
let leaking = 0;
let passed = 0;
let failed = 0;
const broken: string[] = [];

for (const step of steps) {
  const started = performance.now();
  process.stdout.write(`\n== ${step.name}: ${step.command.slice(1).join(" ")}\n`);
  const result = await run(step);
  const counted = step.counts === true ? countTests(result.output) : undefined;
  passed += counted?.passed ?? (result.exitCode === 0 ? 1 : 0);
  failed += counted?.failed ?? (result.exitCode === 0 ? 0 : 1);
  // A runner that dies before it counts, or that ran nothing, is a failure of its own.
  if (counted !== undefined && counted.failed === 0 && (result.exitCode !== 0 || counted.passed === 0)) failed += 1;
  if (credential.test(result.output)) leaking += 1;
  const good = result.exitCode === 0 && (counted === undefined || counted.passed > 0);
  if (!good) broken.push(step.name);
  process.stdout.write(
    `== ${step.name}: ${good ? "ok" : "FAILED"} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  );
  if (!good && step.vital === true) break;
}

passed += leaking === 0 ? 1 : 0;
failed += leaking;
if (leaking > 0) broken.push("secrets: what the suite printed holds a credential");
if (broken.length > 0) process.stdout.write(`\nfailed: ${broken.join(", ")}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

async function run(step: Step): Promise<{ exitCode: number; output: string }> {
  const child = Bun.spawn([...step.command], {
    cwd: root,
    env: { ...process.env, ...(everything ? { MORTAR_TEST_ALL: "1" } : {}) },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const chunks: string[] = [];
  const collect = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      chunks.push(text);
      process.stdout.write(text);
    }
  };
  await Promise.all([collect(child.stdout), collect(child.stderr)]);
  return { exitCode: await child.exited, output: chunks.join("") };
}

function countTests(output: string): { passed: number; failed: number } {
  const last = (word: string): number =>
    Number([...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, "gm"))].at(-1)?.[1] ?? 0);
  return { passed: last("pass"), failed: last("fail") };
}
