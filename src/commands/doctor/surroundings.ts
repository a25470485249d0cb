// What the doctor cannot know on its floor: completion scripts, the certificates of a server, ports, the disk.
import { statfs } from "node:fs/promises";
import { connect, isIP } from "node:net";
import { arch } from "node:os";
import { connect as connectTls, rootCertificates, type DetailedPeerCertificate } from "node:tls";
import { X509Certificate } from "node:crypto";
import type { CommandContext } from "../../cli/context.ts";
import { readLibrary } from "../../desktop/library.ts";
import type { CompletionPlace, DesktopSettings, PeerCertificate, Surroundings } from "../../doctor/check.ts";
import type { Deps } from "../../platform/deps.ts";
import { writeAtomic } from "../../platform/files.ts";
import { readAppPolicy } from "../../platform/managed/managed.ts";
import { selfCommand } from "../../platform/process.ts";
import { allShells, findPlaces, shellsOrOwn } from "../completion/places.ts";

export function surroundings({ deps, build }: Pick<CommandContext, "deps" | "build">): Surroundings {
  return {
    version: build.version,
    self: selfCommand(),
    completion: () => completionPlaces(deps),
    desktop: () => desktopSettings(deps),
    certificates,
    listens,
    freeBytes: async (folder) => {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    processors: () => processors(deps),
  };
}

/** An administrator's policy wins over the app's own library. */
async function desktopSettings(deps: Deps): Promise<DesktopSettings | undefined> {
  const policy = (await readAppPolicy(deps)).find(({ values }) => values["inferenceProvider"] !== undefined);
  if (policy !== undefined || deps.paths.home === undefined) return policy;
  const { isApplied, entry, file } = await readLibrary(deps);
  return isApplied && entry !== undefined ? { source: file, values: entry } : undefined;
}

async function completionPlaces(deps: Deps): Promise<readonly CompletionPlace[]> {
  const own = ownShells(deps);
  const places = await findPlaces(deps, allShells, ["mortar"]);
  return places.map(({ shell, program, path, state, active, printed, packaged }) => ({
    shell: shell.name,
    path,
    state,
    active,
    elsewhere: printed || packaged !== undefined,
    own: own.includes(shell.name),
    install: () => writeAtomic(path, shell.script(program), { mode: 0o644 }),
  }));
}

function ownShells(deps: Deps): readonly string[] {
  try {
    return shellsOrOwn(deps, []);
  } catch {
    return [];
  }
}

async function certificates(host: URL, signal: AbortSignal): Promise<readonly PeerCertificate[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly PeerCertificate[]>();
  const port = Number(host.port === "" ? 443 : host.port);
  const name = bare(host.hostname);
  // RFC 6066, 3: an address is no name of a server.
  const about = isIP(name) === 0 ? { host: name, port, servername: name } : { host: name, port };
  // Only looked at: nothing is sent over it, so that who is not trusted is no danger.
  const socket = connectTls({ ...about, rejectUnauthorized: false }, () => {
    resolve(chainOf(socket.getPeerCertificate(true)));
    socket.destroy();
  });
  const onAbort = (): void => void socket.destroy(new Error("no answer"));
  signal.addEventListener("abort", onAbort, { once: true });
  socket.on("error", reject);
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

const mostCertificates = 10;

function chainOf(first: DetailedPeerCertificate): PeerCertificate[] {
  const roots = new Set(rootCertificates.map((pem) => new X509Certificate(pem).subject));
  const chain: PeerCertificate[] = [];
  let one: DetailedPeerCertificate | undefined = first;
  while (one?.raw !== undefined && chain.length < mostCertificates) {
    const read = new X509Certificate(one.raw);
    chain.push({
      subject: nameIn(read.subject),
      issuer: nameIn(read.issuer),
      isPublic: roots.has(read.issuer) || roots.has(read.subject),
    });
    const above: DetailedPeerCertificate | undefined = one.issuerCertificate;
    one = above === one || above?.fingerprint256 === one.fingerprint256 ? undefined : above;
  }
  return chain;
}

/** The organisation, and the common name where there is none. */
function nameIn(words: string): string {
  return /^O=(.+)$/m.exec(words)?.[1] ?? /^CN=(.+)$/m.exec(words)?.[1] ?? words.replaceAll("\n", ", ");
}

/** Of an IPv6 address without the brackets that a URL has. */
function bare(hostname: string): string {
  return hostname.replaceAll(/^\[|\]$/g, "");
}

const portLimitMs = 500;

function listens(port: number, host: string, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port, host: bare(host) });
  const end = (answers: boolean): void => {
    socket.destroy();
    resolve(answers);
  };
  socket.setTimeout(portLimitMs, () => end(false));
  socket.on("connect", () => end(true));
  socket.on("error", () => end(false));
  signal.addEventListener("abort", () => end(false), { once: true });
  return promise;
}

/** Rosetta runs the other processor's programs without saying so; the kernel does say. */
async function processors({ os, run, env }: Deps): Promise<{ readonly own: string; readonly system: string }> {
  const own = arch();
  if (os !== "darwin" || own !== "x64") return { own, system: own };
  const options = { env, timeoutMs: 2_000, maxOutputBytes: 1_000 };
  const answer = await run(["/usr/sbin/sysctl", "-n", "hw.optional.arm64"], options).catch(() => undefined);
  return { own, system: answer?.stdout.trim() === "1" ? "arm64" : own };
}
