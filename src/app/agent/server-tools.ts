// A server's tools among names as the app has them: `mcp__databricks__list_jobs` is `list_jobs` of `databricks`.

export function toolsOf(server: string, names: readonly string[]): readonly string[] {
  const prefix = `mcp__${server}__`;
  return names.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}
