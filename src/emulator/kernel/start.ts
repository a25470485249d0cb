// Starts a session for command execution contexts and for Python tasks.
import type { World } from "../world.ts";
import { runNotebook } from "./notebook.ts";
import { openSession } from "./session.ts";
import type { Kernel, KernelOptions } from "./types.ts";

/** Starts a session. Its Python process starts with the first cell that needs it. Throws `io` when its folder cannot be made. */
export async function startKernel(world: World, options: KernelOptions): Promise<Kernel> {
  return openSession(world, options, runNotebook);
}
