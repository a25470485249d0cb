// The body of a model's answer as it travels: paced, cut into pieces at any byte, broken off where the turn says so.
import type { Clock } from "../../platform/deps.ts";
import type { StreamFault, Turn } from "./scenario.ts";

export interface StreamOptions {
  readonly clock: Clock;
  /** Fires when the client goes away or the emulator stops. */
  readonly signal: AbortSignal;
  readonly turn: Pick<Turn, "delayMs" | "splitBytes">;
  readonly fault?: StreamFault | undefined;
  /** What the fault `error` sends. */
  readonly errorFrame: string;
}

// What is written right before a reset is lost with it, so the first bytes get a moment to travel.
const travelMs = 50;

/** The frames, one at a time as the client reads. Without a fault it is all of them, byte for byte. */
export function eventStream(frames: readonly string[], options: StreamOptions): ReadableStream<Uint8Array> {
  const { clock, signal, turn, fault } = options;
  const chunks = split(upTo(frames, options), turn.splitBytes);
  let next = 0;
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const chunk = chunks[next];
        if (chunk === undefined) {
          await endOf(fault, clock, signal);
          return controller.close();
        }
        next += 1;
        if (turn.delayMs > 0) await clock.sleep(turn.delayMs, signal);
        controller.enqueue(chunk);
      } catch {
        controller.error(undefined);
      }
    },
  });
}

/** Rejects where the connection is to break. */
async function endOf(fault: StreamFault | undefined, clock: Clock, signal: AbortSignal): Promise<void> {
  if (fault?.kind === "stall") await aborted(signal);
  if (fault?.kind !== "reset") return;
  await clock.sleep(travelMs, signal);
  throw new Error("reset");
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(new Error("aborted"));
    if (signal.aborted) return end();
    signal.addEventListener("abort", end, { once: true });
  });
}

/** What is sent before the fault, and the fault's own event. */
function upTo(frames: readonly string[], { fault, errorFrame }: StreamOptions): Uint8Array[] {
  const encoder = new TextEncoder();
  const bytesOf = (some: readonly string[]): Uint8Array[] => some.map((frame) => encoder.encode(frame));
  if (fault === undefined) return bytesOf(frames);
  const tail = fault.kind === "error" ? bytesOf([errorFrame]) : [];
  if (fault.afterBytes === undefined) return [...bytesOf(frames.slice(0, fault.afterEvents)), ...tail];
  const whole = Buffer.concat(bytesOf(frames));
  return [whole.subarray(0, fault.afterBytes), ...tail].filter(({ byteLength }) => byteLength > 0);
}

function split(chunks: readonly Uint8Array[], sizeBytes: number): readonly Uint8Array[] {
  if (sizeBytes === 0) return chunks;
  const whole = Buffer.concat(chunks);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < whole.byteLength; at += sizeBytes) pieces.push(whole.subarray(at, at + sizeBytes));
  return pieces;
}

/** Pieces of up to 24 characters, never through a surrogate pair. */
export function pieces(text: string): string[] {
  const characters = [...text];
  const found: string[] = [];
  for (let at = 0; at < characters.length; at += 24) found.push(characters.slice(at, at + 24).join(""));
  return found;
}
