// Interleaved measurement: every round runs each contestant once, so that what else the machine does hits all alike.

export interface Contestant {
  readonly name: string;
  readonly run: () => Promise<Sample>;
}

/** One figure a metric: milliseconds, or megabytes. */
export type Sample = Readonly<Record<string, number>>;

export async function interleave(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<Map<string, Map<string, number>>> {
  const samples = new Map(contestants.map(({ name }) => [name, [] as Sample[]]));
  for (const { run } of contestants) await run();
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contestants) samples.get(name)?.push(await run());
  }
  return new Map([...samples].map(([name, taken]) => [name, medians(taken)]));
}

function medians(samples: readonly Sample[]): Map<string, number> {
  const metrics = Object.keys(samples[0] ?? {});
  return new Map(metrics.map((metric) => [metric, median(samples.map((sample) => sample[metric] ?? 0))]));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Runs a program to its end, its output in a pipe as a script has it; its wall time in milliseconds. */
export async function timeProcess(command: readonly string[], env: Record<string, string>): Promise<Sample> {
  const started = performance.now();
  const child = Bun.spawn([...command], { env, stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  await new Response(child.stdout).arrayBuffer();
  await child.exited;
  return { ms: performance.now() - started };
}

/** Starts a stdio MCP server, asks for its tools, and ends it: time to the answer, size of the answer, memory then. */
export async function timeToolsList(command: readonly string[], env: Record<string, string>): Promise<Sample> {
  const started = performance.now();
  const child = Bun.spawn([...command], { env, stdin: "pipe", stdout: "pipe", stderr: "ignore" });
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const clientInfo = { name: "bench", version: "1.0.0" };
  send({ id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } });
  send({ method: "notifications/initialized" });
  send({ id: 2, method: "tools/list" });
  let text = "";
  let line: string | undefined;
  for await (const chunk of child.stdout.pipeThrough(
    new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>,
  )) {
    text += chunk;
    line = text
      .split("\n")
      .slice(0, -1)
      .find((one) => one.includes('"id":2'));
    if (line !== undefined) break;
  }
  const ms = performance.now() - started;
  const rssMb = await residentMb(child.pid);
  child.stdin.end();
  await child.exited;
  if (line === undefined) throw new Error(`${command.join(" ")} did not answer tools/list`);
  return { ms, rssMb, listKb: line.length / 1000 };
}

async function residentMb(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`)
    .text()
    .catch(() => "");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1000;
}
