// The kernel, loaded when the first task needs it.
import type { Runners } from "./executors.ts";

export const kernelRunners: Runners = {
  runNotebook: async (world, request) => (await import("../kernel/notebook.ts")).runNotebook(world, request),
  startKernel: async (world, options) => (await import("../kernel/start.ts")).startKernel(world, options),
};
