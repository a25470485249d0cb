// The flags of a proxy as its options, checked before anything is started.
import { resolve } from "node:path";
import type { CommandContext } from "../../cli/context.ts";
import type { FlagValues } from "../../cli/spec.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { Secret } from "../../platform/secret.ts";
import { checkKeyText, replaceKey } from "../../proxy/lifecycle/local-key.ts";
import { rememberProfile } from "../../proxy/lifecycle/port.ts";
import type { ProxySettings, TlsFiles } from "../../proxy/lifecycle/record.ts";
import { proxyLock } from "../../proxy/lifecycle/start-lock.ts";
import { readTls } from "../../proxy/lifecycle/tls.ts";
import { readUpstreamAddress } from "../../proxy/upstream-address.ts";
import type { optionFlags } from "./flags.ts";

type OptionValues = FlagValues<typeof optionFlags>;

export interface ProxyOptions {
  readonly port: number | undefined;
  readonly tls: TlsFiles | undefined;
  readonly upstream: ProxySettings["upstream"];
  readonly key: Secret | undefined;
  readonly logFile: string | undefined;
  /** undefined where it was not asked for: then it is as it was. */
  readonly verbose: true | undefined;
}

interface Given {
  readonly deps: Deps;
  readonly flags: OptionValues;
}

/** Throws `usage` for what does not go together, `config_invalid` and `not_found` for certificate, key and address. */
export async function proxyOptions({ deps, flags }: Given): Promise<ProxyOptions> {
  const { upstream } = flags;
  if (upstream !== undefined) readUpstreamAddress(upstream);
  if (upstream === undefined && flags["trust-upstream"]) {
    throw new MortarError("usage", "--trust-upstream is for --upstream", { hint: "Name the address with --upstream." });
  }
  const tls = tlsFiles(deps, flags);
  const trouble = tls === undefined ? undefined : (await readTls(tls, deps.clock)).trouble;
  if (trouble !== undefined) deps.log.warn(`Agents will refuse the certificate ${tls?.certFile}: ${trouble}`);
  const logFile = flags["log-file"];
  return {
    port: flags.port,
    tls,
    upstream: upstream === undefined ? undefined : { url: upstream, trusted: flags["trust-upstream"] },
    key: await keyOf(deps, flags),
    logFile: logFile === undefined ? undefined : resolve(deps.cwd, logFile),
    verbose: deps.log.level === "verbose" ? true : undefined,
  };
}

function tlsFiles({ cwd }: Deps, flags: OptionValues): TlsFiles | undefined {
  const [cert, key] = [flags["tls-cert"], flags["tls-key"]];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new MortarError("usage", "--tls-cert and --tls-key go together", { hint: "Give both, or neither." });
  }
  // Absolute: the proxy has another working folder.
  return { certFile: resolve(cwd, cert), keyFile: resolve(cwd, key) };
}

async function keyOf(deps: Deps, flags: OptionValues): Promise<Secret | undefined> {
  const file = flags["proxy-api-key-file"];
  const text = file === undefined ? flags["proxy-api-key"] : await readTextIfPresent(resolve(deps.cwd, file));
  if (text === undefined || (file === undefined && text === "")) return undefined;
  const key = new Secret(text.trim());
  checkKeyText(key);
  return key;
}

type KeepContext = Pick<CommandContext, "deps" | "profile" | "signal">;

/** Keeps what is to outlive the proxy: the profile that requests without one are for. */
export async function keepProfile({ deps, profile }: KeepContext): Promise<void> {
  if (profile !== undefined) await rememberProfile(deps, profile);
}

/** For a proxy that is there for good: its key stays too, and so it does for the programs that have it. */
export async function keepOptions({ deps, profile, signal }: KeepContext, { key }: ProxyOptions): Promise<void> {
  if (key !== undefined) await proxyLock(deps, signal, () => replaceKey(deps, key));
  if (profile !== undefined) await rememberProfile(deps, profile);
}

/** The words by which another process gets the same options. The key is none of them: it lies in its file. */
export function optionWords({ port, tls, upstream, logFile, verbose }: ProxyOptions): string[] {
  return [
    ...(port === undefined ? [] : [`--port=${port}`]),
    ...(tls === undefined ? [] : [`--tls-cert=${tls.certFile}`, `--tls-key=${tls.keyFile}`]),
    ...(upstream === undefined ? [] : [`--upstream=${upstream.url}`]),
    ...(upstream?.trusted === true ? ["--trust-upstream"] : []),
    ...(logFile === undefined ? [] : [`--log-file=${logFile}`]),
    ...(verbose === true ? ["--verbose"] : []),
  ];
}
