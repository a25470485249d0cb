// For tests: projects in a folder of their own, over a real database; and a second machine on the same one.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import type { Clock } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { hashOf } from "../../skills/package.ts";
import type { Store } from "../storage/store.ts";
import { sqliteBackend, type Backend } from "../storage/testing-stores.ts";
import { createProjects, type ProjectsOptions } from "./create-projects.ts";
import type { Projects } from "./projects.ts";

export interface Machine extends AsyncDisposable {
  readonly projects: Projects;
  readonly root: string;
  /** Warnings that were logged. */
  readonly warnings: string[];
  /** A path below a project's folder, whole. */
  path(id: string, path: string): string;
  /** Writes as an agent does: past all checks. */
  put(id: string, path: string, content: string | Uint8Array): Promise<void>;
  get(id: string, path: string): Promise<string>;
}

export interface House extends AsyncDisposable {
  readonly store: Store;
  /** The same database, as another process has it. */
  another(): Promise<Store>;
  newProject(): Promise<string>;
  machine(options?: Partial<ProjectsOptions> & { readonly clock?: Clock }): Promise<Machine>;
}

export async function openHouse(kind: Backend = sqliteBackend): Promise<House> {
  const backend = await kind.open();
  const machines: Machine[] = [];
  return {
    store: backend.store,
    another: () => backend.another(),
    newProject: async () => (await backend.store.projects.create("me@example.com", "Sales")).id,
    machine: async (options = {}) => {
      const machine = await openMachine(backend.store, options);
      machines.push(machine);
      return machine;
    },
    [Symbol.asyncDispose]: async () => {
      for (const machine of machines) await machine[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
}

async function openMachine(
  store: Store,
  { clock = systemClock, ...options }: Partial<ProjectsOptions> & { readonly clock?: Clock },
): Promise<Machine> {
  const own = options.root === undefined ? await mkdtemp(join(tmpdir(), "mortar-projects-")) : undefined;
  const root = options.root ?? own ?? "";
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const log = {
    level: "normal" as const,
    warn: (text: string) => void warnings.push(text),
    info: ignore,
    debug: ignore,
  };
  const os = process.platform === "darwin" || process.platform === "win32" ? process.platform : "linux";
  const projects = createProjects({ clock, log, os }, { store, freshMs: 0, delayMs: 0, ...options, root });
  const path = (id: string, below: string): string => join(root, id, ...below.split("/"));
  return {
    projects,
    root,
    warnings,
    path,
    put: async (id, below, content) => {
      await mkdir(dirname(path(id, below)), { recursive: true });
      await writeFile(path(id, below), content);
    },
    get: (id, below) => readFile(path(id, below), "utf8"),
    [Symbol.asyncDispose]: async () => {
      await projects.close();
      if (own !== undefined) await rm(own, { recursive: true, force: true });
    },
  };
}

/** The code of the error that the work ends with; "done" where it ends well. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (thrown: unknown) => (thrown instanceof MortarError ? thrown.code : String(thrown)),
  );
}

/** Waits until the database has the path with this text. */
export async function stored(house: House, id: string, path: string, text: string): Promise<void> {
  const hash = hashOf(new TextEncoder().encode(text));
  for (;;) {
    const files = await house.store.files.list(id);
    if (files.some((file) => file.path === path && file.hash === hash)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export async function storedPaths(house: House, id: string): Promise<string[]> {
  return (await house.store.files.list(id)).map(({ path }) => path).toSorted();
}
