// Finding out what a workspace has to call models by: two questions, and their answers kept on disk.
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../platform/files.ts";
import { isObject, tryJson } from "../platform/json.ts";
import { readProblem } from "./errors/problem.ts";
import { upstreamFamilies, type UpstreamFamily } from "./family.ts";
import { createTransport, isOnThisMachine } from "./transport.ts";
import type { ProbeFamily } from "./upstream.ts";

/** What is there stays there. */
const keptMs = 24 * 3_600_000;

/** A workspace without a gateway may get one, and a person without a grant may be given it. */
const keptAbsentMs = 3_600_000;

const waitMs = 10_000;

type ProbeDeps = Pick<Deps, "fetch" | "log" | "clock" | "paths">;
type Probed = Parameters<ProbeFamily>[0];

/**
 * Asks the workspace which family it has, and keeps the answer for a day (for an hour where there is only the oldest).
 * Model services, then the AI Gateway; a workspace that has neither, or does not let this person see them, has serving
 * endpoints. Throws `token_rejected`, `unreachable`, `unavailable` and `bad_response`: those tell nothing of the workspace.
 */
export function createFamilyProbe(deps: ProbeDeps): ProbeFamily {
  return async (upstream, signal) => {
    const kept = await readFamily(deps, upstream);
    if (kept !== undefined) return kept.family;
    const family = await probeFamily(deps, upstream, signal);
    deps.log.debug(`${upstream.origin} has ${family}`);
    // What cannot be kept is asked again.
    await keep(deps, upstream, family).catch(() => undefined);
    return family;
  };
}

export interface KeptFamily {
  readonly family: UpstreamFamily;
  readonly probedAtMs: number;
}

/** What is known of the workspace and still counts; undefined where it was not asked. */
export async function readFamily(
  { clock, paths }: Pick<ProbeDeps, "clock" | "paths">,
  upstream: Pick<Probed, "origin" | "prefix" | "profile">,
): Promise<KeptFamily | undefined> {
  const text = await readTextIfPresent(cacheFile(paths.cache, upstream)).catch(() => undefined);
  const value = text === undefined ? undefined : tryJson(text);
  if (!isObject(value)) return undefined;
  const { probedAtMs } = value;
  const family = upstreamFamilies.find((one) => one === value["family"]);
  if (family === undefined || typeof probedAtMs !== "number") return undefined;
  const ageMs = clock.now() - probedAtMs;
  const mostMs = family === "serving-endpoints" ? keptAbsentMs : keptMs;
  return ageMs >= 0 && ageMs < mostMs ? { family, probedAtMs } : undefined;
}

const services = "/api/2.1/unity-catalog/model-services?page_size=1";
const gateway = "/api/ai-gateway/v2/endpoints?page_size=1";

async function probeFamily(deps: ProbeDeps, upstream: Probed, signal?: AbortSignal): Promise<UpstreamFamily> {
  if (await has(deps, upstream, { path: services, signal })) return "model-services";
  if (await has(deps, upstream, { path: gateway, signal })) return "ai-gateway";
  return "serving-endpoints";
}

/** Time-outs and limits: another time it may answer. */
const tellsNothing = new Set([408, 425, 429]);

interface Question {
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}

async function has(deps: ProbeDeps, upstream: Probed, { path, signal }: Question): Promise<boolean> {
  const ended = AbortSignal.any([AbortSignal.timeout(waitMs), ...(signal === undefined ? [] : [signal])]);
  const answer = await ask(deps, upstream, { path, signal: ended });
  if (answer.status < 300) {
    await answer.body?.cancel();
    return true;
  }
  const { problem, response } = await readProblem(answer);
  await response.body?.cancel();
  if (answer.status === 401 || /invalid (?:access )?token/i.test(problem.message)) {
    throw new MortarError("token_rejected", `${upstream.origin} refuses the token of the profile ${upstream.profile}`, {
      hint: `Sign in again: \`mortar auth login --profile ${upstream.profile}\`.`,
      httpStatus: answer.status,
    });
  }
  if (answer.status >= 300 && answer.status < 400) {
    throw new MortarError("bad_response", `${upstream.origin} redirects instead of answering`, {
      hint: `It is a login page, or not a workspace. Check the host with \`mortar auth status --profile ${upstream.profile}\`.`,
      httpStatus: answer.status,
    });
  }
  if (answer.status >= 500 || tellsNothing.has(answer.status)) {
    throw new MortarError("unavailable", `${upstream.origin} cannot say which models it has (${answer.status})`, {
      hint: "Try again.",
      httpStatus: answer.status,
    });
  }
  // The list wants the id of the workspace: it is there.
  return /Invalid MetastoreId/i.test(problem.message);
}

async function ask(deps: ProbeDeps, upstream: Probed, { path, signal }: { path: string; signal: AbortSignal }) {
  const headers = new Headers({ accept: "application/json" });
  const credentials = await upstream.headers({ signal });
  const url = `${upstream.origin}${path}`;
  const direct = isOnThisMachine(url);
  return createTransport(deps)({ url, method: "GET", headers, credentials, body: null, signal, direct });
}

async function keep(deps: ProbeDeps, upstream: Probed, family: UpstreamFamily): Promise<void> {
  const kept: KeptFamily = { family, probedAtMs: deps.clock.now() };
  await writeAtomic(cacheFile(deps.paths.cache, upstream), `${JSON.stringify(kept)}\n`);
}

/** By profile too: what one person may not see, another may. */
function cacheFile(folder: string, { origin, prefix, profile }: Pick<Probed, "origin" | "prefix" | "profile">): string {
  const name = createHash("sha256")
    .update(JSON.stringify([origin, prefix, profile]))
    .digest("hex")
    .slice(0, 16);
  return join(folder, "families", `${name}.json`);
}
