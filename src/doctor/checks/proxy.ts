// The proxy: alive, of this version, by the settings of now; its service; its port.
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { certificateEnd, certificateWarning } from "../../platform/certificate-end.ts";
import { describeProxy } from "../../proxy/lifecycle/describe.ts";
import { readRecord } from "../../proxy/lifecycle/record.ts";
import { findProxy, silentProxy } from "../../proxy/lifecycle/find.ts";
import { rememberedPort } from "../../proxy/lifecycle/port.ts";
import { serviceFile } from "../../proxy/lifecycle/service/service.ts";
import { stopProxy } from "../../proxy/lifecycle/stop.ts";
import { fail, orPass, pass, skip, warn, type Check, type Finding } from "../check.ts";

const running: Check = {
  id: "proxy.running",
  group: "proxy",
  title: "The proxy is well",
  run: async ({ deps, around, signal }) => {
    const proxy = await findProxy(deps, signal);
    const stop = { title: "Stop it; agents start the next one", safe: false, apply: () => stopIt(deps) };
    if (proxy === undefined) {
      const silent = await silentProxy(deps);
      if (silent === undefined) return pass("none runs; agents start it when they need it");
      return fail(`process ${silent.pid} has the proxy's place and does not answer`, "mortar proxy stop --now", stop);
    }
    const { leases, settingsTrouble } = await describeProxy(deps, proxy, signal);
    const found: Finding[] = [];
    if (settingsTrouble !== undefined)
      found.push(fail(`${settingsTrouble}; the proxy goes by what was set before`, "Mend that file."));
    if (Bun.semver.order(proxy.record.version, around.version) < 0) {
      const cure = "mortar proxy stop; the next agent starts it anew";
      found.push(
        warn(`it is of version ${proxy.record.version}, and this is ${around.version}`, cure, {
          ...stop,
          safe: leases.length === 0,
        }),
      );
    }
    return orPass(found, `${proxy.url}, process ${proxy.record.pid}, ${leases.length} sessions`);
  },
};

async function stopIt(deps: Parameters<typeof stopProxy>[0]): Promise<void> {
  await stopProxy(deps, { now: true, signal: AbortSignal.timeout(45_000) });
}

const port: Check = {
  id: "proxy.port",
  group: "proxy",
  title: "The proxy's port is free for it",
  run: async ({ deps, around, signal }) => {
    const [proxy, own] = await Promise.all([findProxy(deps, signal), rememberedPort(deps)]);
    if (proxy !== undefined) return pass(`${proxy.record.port} is its own`);
    if (!(await around.listens(own, "127.0.0.1", signal))) return pass(`${own} is free`);
    return warn(
      `another program answers on ${own}: agents whose settings name that port talk to it`,
      `See which: ${deps.os === "win32" ? `netstat -ano | findstr :${own}` : `lsof -i :${own}`}; end it, or: mortar setup, which takes another port`,
    );
  },
};

const service: Check = {
  id: "proxy.service",
  group: "proxy",
  title: "The proxy's service starts a program that is there",
  run: async ({ deps }) => {
    const file = await serviceFile(deps);
    if (file === undefined) return skip("it is not installed as a service");
    const bytes = await readFile(file);
    const text = deps.os === "win32" ? bytes.toString("utf16le") : bytes.toString("utf8");
    const program = programOf(text);
    if (program === undefined || !isAbsolute(program) || existsSync(program)) return pass(file);
    return fail(`${file} starts ${program}, which is not there`, "mortar proxy install");
  },
};

/** The program in a unit, a launch agent or a task. */
export function programOf(text: string): string | undefined {
  const unit = /^ExecStart=(?:"([^"]+)"|(\S+))/m.exec(text);
  const plist = /<key>ProgramArguments<\/key>\s*<array>\s*<string>([^<]+)<\/string>/.exec(text);
  const task = /<Command>"?([^<"]+)"?<\/Command>/.exec(text);
  return unit?.[1] ?? unit?.[2] ?? plist?.[1] ?? task?.[1];
}

const certificate: Check = {
  id: "proxy.certificate",
  group: "proxy",
  title: "The proxy's certificate lasts",
  run: async ({ deps }) => {
    const tls = (await readRecord(deps))?.tls;
    if (tls === undefined) return skip("the proxy speaks no TLS");
    const end = certificateEnd(await readFile(tls.certFile), deps.clock.now());
    const words = certificateWarning(end);
    if (words === undefined) return pass(`${end.name}, ${end.daysLeft} more days`);
    return end.verdict === "ended"
      ? fail(words, `Put a new one into ${tls.certFile}`)
      : warn(words, `Put a new one into ${tls.certFile}`);
  },
};

export const proxyChecks: readonly Check[] = [running, port, service, certificate];
