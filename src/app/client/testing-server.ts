// A server for the tests of what calls one: the page's calls, which are relative, go to it.

export interface TestServer extends Disposable {
  /** `METHOD /path?query body` of each request, oldest first. */
  readonly seen: string[];
}

/** `answer` gives what a request gets; the real fetch is put back at the end. */
export const startTestServer = (
  answer: (route: string, request: Request) => Promise<Response> | Response,
): TestServer => {
  const seen: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const route = `${request.method} ${pathname}${search}`;
      const body = await request.clone().text();
      seen.push(body === "" ? route : `${route} ${body}`);
      return await answer(route, request);
    },
  });
  const real = globalThis.fetch;
  const toServer = (to: string, init?: RequestInit) => real(to.startsWith("/") ? server.url.origin + to : to, init);
  globalThis.fetch = toServer as typeof globalThis.fetch;
  return {
    seen,
    [Symbol.dispose]: () => {
      globalThis.fetch = real;
      void server.stop(true);
    },
  };
};
