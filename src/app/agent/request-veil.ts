// What an agent of a run may not show: where things are on the server, and the keys that it was given.
import { realpath } from "node:fs/promises";
import type { ChildHome } from "./child-environment.ts";
import type { EngineRequest } from "./engine.ts";
import { createVeil, type Veil } from "./veil.ts";

export interface VeiledStage {
  /** The project's folder, as the system calls it. */
  readonly folder: string;
  readonly home: ChildHome;
  /** What is read in the place of the program's path. */
  readonly name: string;
}

export async function veilOf(request: EngineRequest, { folder, home, name }: VeiledStage): Promise<Veil> {
  const names = async (path: string): Promise<string[]> => [path, await realpath(path).catch(() => path)];
  const others = [
    ...(await names(request.runFolder)).map((path) => [path, "(the run's folder)"] as const),
    ...(await names(request.stateFolder)).map((path) => [path, "(the agent's folder)"] as const),
    [request.transcript, "(the transcript)"] as const,
    ...(await names(request.program)).map((path) => [path, name] as const),
    ...wayOf(request).map((url) => [url, "***"] as const),
    ...secretsOf(request).map((secret) => [secret, "***"] as const),
  ];
  return createVeil({ folders: [request.folder, folder], others, homes: await names(home.home) });
}

/** The way to the models where it was made for this run, and is known to nobody else; a gateway's address is no secret. */
function wayOf({ models }: EngineRequest): readonly string[] {
  return models.kind === "proxy" && /@[\w-]{20,}$/.test(models.url) ? [models.url] : [];
}

function secretsOf({ models, servers }: EngineRequest): readonly string[] {
  const keys = models.kind === "login" ? [] : [models.key];
  return [...keys, ...servers.map(({ bearer }) => bearer)].map((one) => one.reveal()).filter((text) => text.length > 7);
}
