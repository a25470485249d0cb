// An emulator as a service of this machine: serve it here, start it in the background, find it, stop it, delete its data.
import { join, resolve } from "node:path";
import { endChild, startInBackground, type BackgroundChild } from "../../platform/background.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { withLock } from "../../platform/lock.ts";
import { redact } from "../../platform/log.ts";
import { isAlive, selfCommand } from "../../platform/process.ts";
import { Secret } from "../../platform/secret.ts";
import { loadServer } from "../server-room.ts";
import type { EmulatorOptions, RunningEmulator } from "../server.ts";
import { isInUse } from "../state/database.ts";
import { deleteFolder, isEmulatorFolder, type Deletion } from "../state/folder.ts";
import { proveRunning, requestStop } from "./control-client.ts";
import { readRunRecord, removeRunRecord, runFiles, writeRunRecord, type RunRecord } from "./run-file.ts";

const startMs = 30_000;
const stopMs = 15_000;
const pollMs = 40;

/** The data folder that is meant: the named one, or Mortar's own. Absolute. */
export function emulatorFolder(deps: Deps, named: string | undefined): string {
  return named === undefined ? join(deps.paths.data, "emulator") : resolve(deps.cwd, named);
}

/** The emulator that runs on the folder, or undefined. A record that its emulator left behind is removed. */
export async function findRunning(deps: Deps, folder: string, signal: AbortSignal): Promise<RunRecord | undefined> {
  const { record: path } = runFiles(deps.paths.run, folder);
  const record = await readRunRecord(path);
  if (record === undefined) return undefined;
  if (await proveRunning(deps.fetch, record, signal)) return record;
  if (!isAlive(record.pid)) await removeRunRecord(path, record.pid);
  return undefined;
}

interface ServeOptions {
  readonly onReady: (record: RunRecord) => void;
  readonly signal: AbortSignal;
  /** This is the process that `startService` started, which waits for it and keeps others away meanwhile. */
  readonly background: boolean;
}

type ServedEmulator = Omit<EmulatorOptions, "deps" | "onStopRequest">;

/**
 * Runs an emulator in this process until `signal` fires or a command stops it. `onReady` gets its record. Throws what
 * `startEmulator` throws.
 */
export async function serveEmulator(
  deps: Deps,
  options: ServedEmulator,
  { onReady, signal, background }: ServeOptions,
): Promise<void> {
  const { startEmulator } = await loadServer();
  // Loading took a while, and keeps the news of a signal waiting: whoever has given up may be clearing the folder away.
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const start = (): Promise<Served> => startRecorded(deps, startEmulator, { ...options, onStopRequest: end });
  const { emulator, record } = background ? await start() : await exclusively(deps, options.folder, signal, start);
  const onAbort = (): void => end();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    if (!signal.aborted) onReady(record);
    if (!signal.aborted) await ended;
  } finally {
    signal.removeEventListener("abort", onAbort);
    await endRecorded(deps, { emulator, record });
  }
}

interface Served {
  readonly emulator: RunningEmulator;
  readonly record: RunRecord;
}

async function startRecorded(
  deps: Deps,
  startEmulator: (options: EmulatorOptions) => Promise<RunningEmulator>,
  options: Omit<EmulatorOptions, "deps">,
): Promise<Served> {
  const emulator = await startEmulator({ ...options, deps });
  const record: RunRecord = {
    pid: process.pid,
    host: emulator.host,
    folder: options.folder,
    workspaceId: emulator.workspaceId,
    owner: emulator.world.owner.userName,
    startedAt: deps.clock.now(),
    token: new Secret(emulator.token),
    adminToken: new Secret(emulator.adminToken),
    signInCode: new Secret(emulator.signInCode),
  };
  try {
    await writeRunRecord(runFiles(deps.paths.run, options.folder).record, record);
    return { emulator, record };
  } catch (thrown) {
    await endRecorded(deps, { emulator, record });
    throw thrown;
  }
}

async function endRecorded(deps: Deps, { emulator, record }: Served): Promise<void> {
  await emulator.stop();
  await removeRunRecord(runFiles(deps.paths.run, record.folder).record, record.pid);
}

interface ServiceStart {
  readonly folder: string;
  readonly words: readonly string[];
  readonly signal: AbortSignal;
}

export interface StartedService {
  readonly record: RunRecord;
  /** Another command had started it, perhaps while this one waited. */
  readonly already: boolean;
}

/**
 * Starts `mortar emulator start --service WORDS...` in the background and waits until it answers; one that runs already is
 * given as it is. Throws `unavailable` with the end of its output when it does not start, `conflict` when another holds
 * the folder and does not answer, `timeout` after 30 s.
 */
export async function startService(deps: Deps, start: ServiceStart): Promise<StartedService> {
  const { folder, signal } = start;
  return exclusively(deps, folder, signal, async () => {
    const running = await findRunning(deps, folder, signal);
    if (running !== undefined) return { record: running, already: true };
    return { record: await launch(deps, start), already: false };
  });
}

/** Runs `work` while no other command starts an emulator on the folder or deletes its data. */
function exclusively<T>(deps: Deps, folder: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { lock } = runFiles(deps.paths.run, folder);
  return withLock(deps.paths.run, lock, { clock: deps.clock, signal, waitMs: startMs + 5_000 }, work);
}

async function launch(deps: Deps, { folder, words, signal }: ServiceStart): Promise<RunRecord> {
  const { log: logFile } = runFiles(deps.paths.run, folder);
  const [program, ...entry] = selfCommand();
  const command = [program, ...entry, "emulator", "start", "--service", "--data", folder, ...words] as const;
  const child = await startInBackground(command, { env: deps.env, cwd: deps.paths.run, logFile });
  try {
    return await untilAnswering(deps, { folder, signal, child, logFile });
  } catch (thrown) {
    // Who gives up waiting with Ctrl-C does not want an emulator that comes up all the same, nor one that is still there.
    if (signal.aborted) await endChild(child, deps.clock);
    throw thrown;
  }
}

interface Answering {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly child: BackgroundChild;
  readonly logFile: string;
}

async function untilAnswering(deps: Deps, { folder, signal, child, logFile }: Answering): Promise<RunRecord> {
  const deadline = deps.clock.now() + startMs;
  for (;;) {
    const record = await findRunning(deps, folder, signal);
    if (record !== undefined) return record;
    const exitCode = child.exitCode();
    if (exitCode !== undefined) throw await startFailure(logFile, exitCode);
    if (deps.clock.now() >= deadline) {
      throw new MortarError("timeout", `The emulator did not answer within ${startMs / 1_000} s`, {
        hint: `Its output is in ${logFile}; run the command with --foreground to watch it.`,
      });
    }
    await deps.clock.sleep(pollMs, signal);
  }
}

/**
 * Stops the folder's emulator and waits until it has let go of the folder; false when none runs. Throws `timeout`, and
 * `unavailable` when one is there that does not answer.
 * Its record is the last thing that it removes: a process that has ended may still be listed where nobody reaps it.
 */
export async function stopService(deps: Deps, folder: string, signal: AbortSignal): Promise<boolean> {
  const record = await findRunning(deps, folder, signal);
  if (record === undefined) return refuseSilent(folder);
  await requestStop(deps.fetch, record, signal);
  const { record: path } = runFiles(deps.paths.run, folder);
  const deadline = deps.clock.now() + stopMs;
  while (isAlive(record.pid) && (await readRunRecord(path))?.pid === record.pid) {
    if (deps.clock.now() >= deadline) {
      throw new MortarError("timeout", `The emulator (process ${record.pid}) did not end within ${stopMs / 1_000} s`, {
        hint: "It was asked to. End the process yourself if it hangs.",
      });
    }
    await deps.clock.sleep(pollMs, signal);
  }
  await removeRunRecord(path, record.pid);
  return true;
}

/** Nothing to stop, unless an emulator is there that cannot be spoken to. */
async function refuseSilent(folder: string): Promise<false> {
  if (!(await isInUse(folder))) return false;
  throw new MortarError("unavailable", `An emulator uses ${folder}, and does not answer`, {
    hint: "It hangs, or was started with another home or under another name of the folder. Stop it there, or end its process.",
  });
}

/** Deletes the emulator's data, and nothing else. Throws `invalid_state` while it runs, `invalid_input` for a foreign folder. */
export async function resetService(deps: Deps, folder: string, signal: AbortSignal): Promise<Deletion> {
  return exclusively(deps, folder, signal, async () => {
    // Whoever started it under another name of the folder, or with another home, has left no record that we find.
    if ((await findRunning(deps, folder, signal)) !== undefined || (await isInUse(folder))) {
      throw new MortarError("invalid_state", `The emulator is running on ${folder}`, {
        hint: "Stop it first: mortar emulator stop",
      });
    }
    return deleteFolder(folder);
  });
}

/** Whether the folder holds an emulator's data. */
export function hasData(folder: string): Promise<boolean> {
  return isEmulatorFolder(folder);
}

async function startFailure(logFile: string, exitCode: number): Promise<MortarError> {
  const output = redact(((await readTextIfPresent(logFile)) ?? "").trim()).split("\n");
  const said = output.find((line) => line.startsWith("error: "))?.slice("error: ".length);
  const hint = output.find((line) => line.startsWith("hint: "))?.slice("hint: ".length);
  const words = said ?? `it ended with exit code ${exitCode}`;
  const code = words.startsWith("Another emulator is using ") ? "conflict" : "unavailable";
  return new MortarError(code, `The emulator did not start: ${words}`, {
    hint: hint ?? `Its output is in ${logFile}.`,
  });
}
