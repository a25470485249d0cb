// What `reg query KEY` prints, as values. Microsoft: "reg query". Only the name of the unnamed value is translated.

/** Names and values of the first key; numbers for REG_DWORD and REG_QWORD. Names are kept as they stand there. */
export function readRegistryQuery(text: string): Readonly<Record<string, string | number | readonly string[]>> {
  const values: Record<string, string | number | readonly string[]> = {};
  let keys = 0;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("HKEY_")) keys += 1;
    // Further keys are those below it.
    if (keys > 1) break;
    const match = /^ {4}(\S.*?) {4}(REG_[A-Z_]+)(?: {4}(.*))?$/.exec(line);
    if (match === null) continue;
    const [, name = "", type = "", value = ""] = match;
    values[name] = valueOf(type, value);
  }
  return values;
}

function valueOf(type: string, text: string): string | number | readonly string[] {
  if (type === "REG_DWORD" || type === "REG_QWORD") return Number(text);
  // Its parts are printed with a backslash and a zero between them.
  return type === "REG_MULTI_SZ" ? text.split("\\0").filter((part) => part !== "") : text;
}
