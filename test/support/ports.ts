// A port that nobody has now, for what has to be found there again.

/** As a word of a command line. Another program may take it meanwhile; the system gives out the same one late. */
export async function freePort(): Promise<string> {
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, reusePort: false, fetch: () => new Response() });
  const { port } = probe;
  await probe.stop(true);
  return String(port);
}
