// `mortar proxy install`.
import type { Run } from "../../cli/context.ts";
import { requireHome } from "../../platform/paths.ts";
import { defaultLogFile } from "../../proxy/lifecycle/places.ts";
import { fleetPort } from "../../proxy/lifecycle/port.ts";
import { installService, plannedService } from "../../proxy/lifecycle/service/service.ts";
import { serviceEnvironment, stableCommand, type ServiceSpec } from "../../proxy/lifecycle/service/spec.ts";
import type { installFlags } from "./flags.ts";
import { keepOptions, optionWords, proxyOptions } from "./options.ts";
import { proxyData, proxyLines } from "./words.ts";

export const run: Run<typeof installFlags> = async (context) => {
  const { deps, flags, signal } = context;
  const given = await proxyOptions(context);
  const options = { ...given, port: given.port ?? (await fleetPort(context.deps)) };
  const program = await stableCommand(deps);
  const words = [
    ...program,
    "proxy",
    "serve",
    "--service",
    ...optionWords({ ...options, logFile: options.logFile ?? defaultLogFile(deps) }),
  ];
  const spec: ServiceSpec = {
    words: words as [string, ...string[]],
    env: serviceEnvironment(deps.env),
    home: requireHome(deps.paths),
  };
  if (flags["dry-run"]) {
    const { file, content } = plannedService(deps, spec);
    return { data: { would_write: file, content }, text: `Would write ${file}:\n\n${content}` };
  }
  await keepOptions(context, options);
  const { file, manager, proxy } = await installService(deps, spec, signal);
  return {
    data: { ...proxyData(proxy), installed: true, service_file: file },
    text: `The proxy runs as a service of ${manager}, from each sign-in on.\n\n${proxyLines(proxy).join("\n")}\n  service   ${file}\n`,
  };
};
