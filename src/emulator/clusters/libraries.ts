// Libraries of clusters and tasks. The emulator installs nothing on this machine: it says whether its Python has them.
import { isObject, type Json } from "../../platform/json.ts";
import { isAbort } from "../../platform/errors.ts";
import { runProcess } from "../../platform/process.ts";
import type { World } from "../world.ts";

/** A name, extras, versions. Addresses and paths are left out: pip would fetch and build what they name. */
const requirementForm = /^[A-Za-z0-9][\w.-]*(\[[\w., -]+\])?\s*([<>=!~][\w.,<>=!~*+ -]*)?$/;

/** Requirements that were found satisfied, by world: what is installed stays so. */
const satisfied = new WeakMap<World, Set<string>>();

/**
 * Why a library (an object of the Libraries API) cannot be used, or undefined when the emulator's Python has it. Only
 * packages of PyPI can be there.
 */
export async function libraryProblem(world: World, library: Json, signal: AbortSignal): Promise<string | undefined> {
  const [kind, value] = isObject(library) ? (Object.entries(library)[0] ?? []) : [];
  if (kind !== "pypi" || !isObject(value) || typeof value["package"] !== "string") {
    return `${JSON.stringify(library)}: the Mortar emulator has only packages of PyPI that its Python has installed.`;
  }
  const requirement = value["package"].trim();
  if (!requirementForm.test(requirement)) return `'${requirement}' is not a package of PyPI with a version.`;
  const known = satisfied.get(world) ?? new Set<string>();
  satisfied.set(world, known);
  if (known.has(requirement)) return undefined;
  const python = await world.python();
  if (python === undefined) return `${requirement}: there is no Python on this machine.`;
  if (await isInstalled(world, { python, requirement, signal })) {
    known.add(requirement);
    return undefined;
  }
  return `${requirement} is not installed for ${python}. The Mortar emulator installs nothing itself: install it there.`;
}

interface Question {
  readonly python: string;
  readonly requirement: string;
  readonly signal: AbortSignal;
}

/** Asks pip with no index to look in: it then succeeds only when the requirement, version included, is met already. */
async function isInstalled(world: World, { python, requirement, signal }: Question): Promise<boolean> {
  const options = ["--dry-run", "--no-index", "--no-deps", "--quiet", "--disable-pip-version-check"];
  try {
    const command = [python, "-m", "pip", "install", ...options, "--", requirement] as const;
    const { exitCode } = await runProcess([...command], { env: world.env, signal, timeoutMs: 60_000 });
    return exitCode === 0;
  } catch (thrown) {
    if (isAbort(thrown) || signal.aborted) throw thrown;
    return false;
  }
}
