// A LaunchAgent of macOS (launchd.plist(5)), as an XML property list.
import { mark, type ServiceSpec } from "./spec.ts";

export const launchLabel = "dev.mortar.proxy";

const stopSeconds = 45;
// launchd's own default is 256, fewer than a busy day has streams.
const openFiles = 8_192;

export function launchAgentText({ words, env, home }: ServiceSpec): string {
  const entries = [
    ["Label", string(launchLabel)],
    ["ProgramArguments", array(words.map((word) => string(word)))],
    ["EnvironmentVariables", dictionary(Object.entries(env).map(([name, value]) => [name, string(value)]))],
    ["WorkingDirectory", string(home)],
    ["RunAtLoad", "<true/>"],
    // Started again when it failed, and not when it ended as it was asked to.
    ["KeepAlive", dictionary([["SuccessfulExit", "<false/>"]])],
    ["ExitTimeOut", `<integer>${stopSeconds}</integer>`],
    ["SoftResourceLimits", dictionary([["NumberOfFiles", `<integer>${openFiles}</integer>`]])],
    ["Umask", "<integer>63</integer>"],
    ["StandardOutPath", string("/dev/null")],
    ["StandardErrorPath", string("/dev/null")],
  ] as const;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    `<!-- ${mark} -->`,
    '<plist version="1.0">',
    dictionary(entries),
    "</plist>",
    "",
  ].join("\n");
}

function dictionary(entries: readonly (readonly [string, string])[]): string {
  const lines = entries.map(([key, value]) => `<key>${escaped(key)}</key>\n${value}`);
  return `<dict>\n${lines.join("\n")}\n</dict>`;
}

function array(values: readonly string[]): string {
  return `<array>\n${values.join("\n")}\n</array>`;
}

function string(text: string): string {
  return `<string>${escaped(text)}</string>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
