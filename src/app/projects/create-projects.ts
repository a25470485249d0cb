// The projects of the app on this machine: their folders, files and skills, and their copies in the database.
import { join, resolve } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import type { Store } from "../storage/store.ts";
import { createBackup } from "./backup.ts";
import { createFiles } from "./files.ts";
import { bring, copy, discard, leftovers, markUnsent, requireLiving, requireStored, unmarkUnsent } from "./folders.ts";
import { createLive, shared, type Keeping, type Live, type ProjectsDeps } from "./live.ts";
import { requireId } from "./paths.ts";
import type { ProjectFolder, Projects } from "./projects.ts";
import { createShipped } from "./shipped-skills.ts";
import { createSkills, layOutEnabled } from "./skills.ts";

export interface ProjectsOptions {
  readonly store: Pick<Store, "files" | "projects">;
  /** `<root>/<id>/files` is where an agent works, `<root>/<id>/sessions` has its transcripts. Made when it is missing. */
  readonly root: string;
  /** The skills of ours that there are at all, by name or older name; every one where it is undefined. */
  readonly skills?: readonly string[] | undefined;
  /** From a change to its copy in the database, in milliseconds. 1 s unless given. */
  readonly delayMs?: number;
  /** For how long a look at the database holds for looking at files, in milliseconds; a run looks each time. 2 s unless given. */
  readonly freshMs?: number;
}

/** Throws `not_found` for a name in `skills` that is none. What a process before this one could not copy is copied now. */
export function createProjects(deps: ProjectsDeps, options: ProjectsOptions): Projects {
  const { store, delayMs = 1000, freshMs = 2000 } = options;
  const root = resolve(options.root);
  const keeping: Keeping = { deps, store };
  const shipped = createShipped(options.skills);
  const lives = new Map<string, Known>();

  const known = (id: string): Known => {
    const there = lives.get(requireId(id));
    if (there !== undefined) return there;
    const live = createLive(root, id, deps);
    const made = { live, open: shared(live.turn, () => openNow(live)) };
    lives.set(id, made);
    return made;
  };

  const openNow = async (live: Live): Promise<void> => {
    const isNews = await bring(keeping, live);
    live.wasOpened = true;
    await layOutEnabled(skillOptions, live);
    live.broughtMs = deps.clock.now();
    if (isNews) changed(live.id);
  };

  const ready = async (id: string): Promise<Live> => {
    const { live, open } = known(id);
    requireLiving(live);
    if (deps.clock.now() - live.broughtMs >= freshMs) await open();
    return live;
  };

  const backup = createBackup({
    deps,
    delayMs,
    send: async (id) => {
      const { live } = known(id);
      await live.turn(() => copy(keeping, live)).catch((thrown: unknown) => ifDeleted(live, thrown));
    },
    unsent: (id) => markUnsent(known(id).live),
    sent: (id) => unmarkUnsent(known(id).live),
  });

  /** Elsewhere, by another replica: the folder here goes too, where it is certain that the database is the project's own. */
  const ifDeleted = async (live: Live, thrown: unknown): Promise<void> => {
    if (!isNotFound(thrown)) throw thrown;
    // Of a file alone?
    const isThere = await requireStored(keeping, live).then(
      () => true,
      (failed: unknown) => !isNotFound(failed),
    );
    if (isThere) throw thrown;
    deps.log.info(`Project ${live.id} is not in the database any more and is not copied`);
    if (live.wasOpened) await end(live);
  };

  const end = async (live: Live): Promise<void> => {
    live.ended.abort(new MortarError("not_found", "There is no such project", { hint: "It was deleted." }));
    backup.forget(live.id);
    await live.turn(async () => {
      await live.idle();
      await discard(live);
    });
  };

  const changed = (id: string): void => {
    const { live } = known(id);
    if (live.ended.signal.aborted) return;
    backup.mark(id);
  };

  const skillOptions = { keeping, shipped, ready, changed };
  const resumed = leftovers(root, deps.clock.now()).then((ids) => ids.forEach((id) => backup.mark(id)));
  return {
    open: async (id) => {
      await known(id).open();
      return folderOf(root, id);
    },
    remove: (id) => end(known(id).live),
    files: createFiles({ ready, changed }),
    skills: createSkills(skillOptions),
    changed,
    close: async () => {
      await resumed;
      await backup.close();
    },
  };
}

function isNotFound(thrown: unknown): boolean {
  return thrown instanceof MortarError && thrown.code === "not_found";
}

interface Known {
  readonly live: Live;
  readonly open: () => Promise<void>;
}

function folderOf(root: string, id: string): ProjectFolder {
  return {
    files: join(root, id, "files"),
    transcript: (conversationId) => join(root, id, "sessions", `${requireId(conversationId, "conversation")}.jsonl`),
  };
}
