// Where a proxy listens: one address that everybody knows, and those that single sessions and old settings still name.
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import type { Secret } from "../../platform/secret.ts";
import type { Listener, RunningProxy } from "../server.ts";
import { call, prove } from "./client.ts";
import { urlOf, type TlsFiles } from "./record.ts";
import { listenerCount, steerToNewest } from "./steering.ts";
import { readTls } from "./tls.ts";

/** A machine under load gets its time; a stranger that says nothing no more than that. */
const oursMs = 1_000;

export interface Place {
  /** 0 for a free one. */
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
}

export interface OpenPlace {
  readonly port: number;
  readonly scheme: "http" | "https";
  readonly hostname: "127.0.0.1" | "localhost";
  readonly tls?: TlsFiles | undefined;
  readonly url: string;
  close(): Promise<void>;
}

type OpenDeps = Pick<Deps, "fetch" | "os" | "clock" | "log">;

interface Opening {
  readonly proxy: Pick<RunningProxy, "listen">;
  readonly key: () => Secret;
}

/**
 * Opens a listener. Where an older proxy of this user has the port, both have it for a while and new connections come
 * here. Throws `conflict` where the port belongs to another program, and as `readTls` does.
 */
export async function openPlace(deps: OpenDeps, { proxy, key }: Opening, place: Place): Promise<OpenPlace> {
  const tls = place.tls === undefined ? undefined : await readTls(place.tls, deps.clock);
  if (tls?.trouble !== undefined)
    deps.log.warn(`Agents will refuse the certificate ${place.tls?.certFile}: ${tls.trouble}`);
  const scheme = tls === undefined ? "http" : "https";
  const hostname = tls?.hostname ?? "127.0.0.1";
  const pem = tls === undefined ? {} : { tls: { cert: tls.cert, key: tls.key } };
  const ours = async (): Promise<string | undefined> => {
    const urls = (["http", "https"] as const).map((one) =>
      urlOf({ scheme: one, hostname: "127.0.0.1", port: place.port }),
    );
    const answers = await Promise.all(urls.map((url) => prove(deps, { url, key: key() }, { limitMs: oursMs })));
    return urls.find((_, index) => answers[index] !== undefined);
  };
  const claiming: Claim = {
    deps,
    ours,
    askToLeave: (url) => call(deps, { url, key: key() }, { method: "POST", path: "/shutdown?stop=replaced" }),
  };
  const listener = await claim(claiming, proxy, { port: place.port, ...pem });
  await steerToNewest(deps.os, listener.port);
  const also = hostname === "localhost" ? listenOnSix(proxy, { port: listener.port, ...pem }) : undefined;
  return {
    port: listener.port,
    scheme,
    hostname,
    ...(place.tls === undefined ? {} : { tls: place.tls }),
    url: urlOf({ scheme, hostname, port: listener.port }),
    close: async () => {
      await Promise.all([listener.close(), also?.close()]);
    },
  };
}

type ListenOptions = Parameters<RunningProxy["listen"]>[0];

interface Claim {
  readonly deps: OpenDeps;
  /** The address of a proxy of this user that has the port. */
  readonly ours: () => Promise<string | undefined>;
  readonly askToLeave: (url: string) => Promise<unknown>;
}

/**
 * A port that can be shared with the next proxy. Alone it would also be shared with strangers that ask for it, so the
 * first listener has it for itself and shows that it is free.
 */
async function claim(claiming: Claim, proxy: Pick<RunningProxy, "listen">, wanted: ListenOptions): Promise<Listener> {
  const shares = claiming.deps.os !== "win32";
  try {
    const alone = proxy.listen(wanted);
    if (!shares) return alone;
    await alone.close();
    return proxy.listen({ ...wanted, port: alone.port, reusePort: true });
  } catch (thrown) {
    if (!isTaken(thrown) || wanted.port === 0) throw thrown;
    const url = await claiming.ours();
    if (url === undefined) throw thrown;
    if (shares) {
      await whenAlone(claiming.deps, wanted.port);
      return proxy.listen({ ...wanted, reusePort: true });
    }
    await claiming.askToLeave(url);
    return whenFree(claiming.deps.clock, () => proxy.listen(wanted));
  }
}

/**
 * Where one replaces the next in quick succession, the one before the last may still be leaving. With three on a port
 * nobody can say where a connection goes.
 */
async function whenAlone({ os, clock }: OpenDeps, port: number): Promise<void> {
  for (let waitedMs = 0; listenerCount(os, port) > 1 && waitedMs < freeMs; waitedMs += napMs) await clock.sleep(napMs);
}

const freeMs = 10_000;
const napMs = 25;

/** Windows does not let two listen on one port: the older has been asked to leave, and for a moment nobody listens. */
async function whenFree(clock: OpenDeps["clock"], listen: () => Listener): Promise<Listener> {
  for (let waitedMs = 0; ; waitedMs += napMs) {
    try {
      return listen();
    } catch (thrown) {
      if (!isTaken(thrown) || waitedMs >= freeMs) throw thrown;
      await clock.sleep(napMs);
    }
  }
}

function isTaken(thrown: unknown): boolean {
  return thrown instanceof MortarError && thrown.code === "conflict";
}

/** Some resolve `localhost` to ::1 first. A machine without IPv6 has none. */
function listenOnSix(proxy: Pick<RunningProxy, "listen">, wanted: ListenOptions): Listener | undefined {
  try {
    return proxy.listen({ ...wanted, hostname: "::1" });
  } catch {
    return undefined;
  }
}
