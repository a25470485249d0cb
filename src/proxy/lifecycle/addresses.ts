// All addresses of a proxy in service: its own, and those that sessions and settings of older proxies need.
import type { Deps } from "../../platform/deps.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import type { Secret } from "../../platform/secret.ts";
import type { RunningProxy } from "../server.ts";
import { writeLease } from "./lease.ts";
import type { LeaseBook } from "./lease-book.ts";
import { openPlace, type OpenPlace, type Place } from "./listeners.ts";
import { portsInSettings } from "./older-ports.ts";
import { otherPorts, rememberedPort, rememberPort } from "./port.ts";
import type { TlsFiles } from "./record.ts";

export interface BaseWish {
  /** Given by the person: another program on it is then an error. */
  readonly port: number | undefined;
  /** That of the proxy before this one, which may have died. */
  readonly before: number | undefined;
  readonly tls: TlsFiles | undefined;
}

export interface Addresses {
  /** Opens the address that everybody knows. Throws `conflict`, `config_invalid`, `not_found`, `io`. */
  openBase(wish: BaseWish): Promise<OpenPlace>;
  /** Listens where sessions and old settings want it, and no longer where none does. */
  refresh(): Promise<void>;
  /** The address for the session of a lease, opened where it has to be. Throws as `openBase`. */
  accept(id: string | undefined): Promise<string | undefined>;
}

interface AddressOptions {
  readonly proxy: Pick<RunningProxy, "listen">;
  readonly key: () => Secret;
  readonly book: LeaseBook;
}

export function createAddresses(deps: Deps, options: AddressOptions): Addresses {
  const { book } = options;
  const places = new Map<number, OpenPlace>();
  const refused = new Set<number>();
  let base: OpenPlace | undefined;
  const open = async (place: Place): Promise<OpenPlace> => {
    const opened = await openPlace(deps, options, place);
    places.set(opened.port, opened);
    return opened;
  };
  const openWanted = async (port: number): Promise<void> => {
    const tls = book.all().find(({ listen }) => listen?.port === port)?.listen?.tls;
    try {
      const { url } = await open({ port, tls });
      refused.delete(port);
      deps.log.info(`It listens on ${url} too`);
    } catch (thrown) {
      if (!refused.has(port)) deps.log.info(`It cannot listen on ${port} too: ${toMortarError(thrown).message}`);
      refused.add(port);
    }
  };
  const refresh = async (): Promise<void> => {
    const wanted = new Set(await portsInSettings(deps));
    for (const { listen } of book.all()) if (listen !== undefined && listen.port > 0) wanted.add(listen.port);
    for (const [port, place] of places) {
      if (place === base || wanted.has(port)) continue;
      places.delete(port);
      void place.close();
    }
    for (const port of wanted) if (!places.has(port)) await openWanted(port);
  };
  const accept = async (id: string | undefined): Promise<string | undefined> => {
    await book.refresh();
    const lease = id === undefined ? undefined : book.get(id);
    if (lease?.listen === undefined) return base?.url;
    const there = places.get(lease.listen.port);
    if (there !== undefined && there.tls?.certFile === lease.listen.tls?.certFile) return there.url;
    const opened = await open(lease.listen);
    await writeLease(deps, { ...lease, listen: { ...lease.listen, port: opened.port } });
    await book.refresh();
    return opened.url;
  };
  // One after the other: two that open the same port would share it with each other.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    openBase: (wish) =>
      inTurn(async () => {
        base = await openFirst(deps, open, wish);
        return base;
      }),
    refresh: () => inTurn(refresh),
    accept: (id) => inTurn(() => accept(id)),
  };
}

/** The port that was asked for, else that of the proxy before, else the remembered one, else one that is free. */
async function openFirst(
  deps: Deps,
  open: (place: Place) => Promise<OpenPlace>,
  { port, before, tls }: BaseWish,
): Promise<OpenPlace> {
  const usual = port ?? before ?? (await rememberedPort(deps));
  try {
    const place = await open({ port: usual, tls });
    // One that is free is for this time: the next proxy is where agents' settings look for it.
    if (port !== undefined && port !== 0) await rememberPort(deps, place.port);
    return place;
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code !== "conflict") throw thrown;
    if (port !== undefined) throw portTaken(port);
    for (const other of otherPorts) {
      const place = await open({ port: other, tls }).catch(() => undefined);
      if (place === undefined) continue;
      await rememberPort(deps, other);
      deps.log.warn(`Port ${usual} belongs to another program; it is ${other} from now on`);
      return place;
    }
    throw thrown;
  }
}

function portTaken(port: number): MortarError {
  return new MortarError("conflict", `Port ${port} belongs to another program`, {
    hint: "Choose another one with --port, or leave it out for one that is free.",
  });
}
