// Gives one page to the browser, once, and is at the same time the proxy through which the browser must send all else: that is
// refused. So nothing that the page names is ever asked for, in this machine's network or outside.
import { randomBytes } from "node:crypto";

export interface PageServer extends Disposable {
  /** Where the page is, for one request. */
  readonly url: string;
  /** `127.0.0.1:port`. */
  readonly proxy: string;
  /** How often the page was given. */
  served(): number;
}

/** No script, no frame, no form, no refresh, nothing from anywhere: only what stands in the page itself. */
const policy = [
  "default-src 'none'",
  "img-src data:",
  "font-src data:",
  "style-src 'unsafe-inline' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "sandbox",
].join("; ");

/** Longer than any request for the page. */
const mostBytes = 16_384;

export function servePage(html: string): PageServer {
  const path = `/${randomBytes(24).toString("base64url")}`;
  const body = Buffer.from(html);
  const head = [
    "HTTP/1.1 200 OK",
    "content-type: text/html; charset=utf-8",
    `content-length: ${body.length}`,
    `content-security-policy: ${policy}`,
    "x-content-type-options: nosniff",
    "referrer-policy: no-referrer",
    "cache-control: no-store",
    "connection: close",
  ];
  const page = Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
  const refusal = Buffer.from("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  let count = 0;
  const isPage = (request: string): boolean => {
    const [, target = ""] = /^GET (\S+) HTTP\/1\.[01]\r\n/.exec(request) ?? [];
    return count === 0 && (target === path || target === `http://127.0.0.1:${server.port}${path}`);
  };
  const server = Bun.listen<Connection>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (socket) => {
        socket.data = { request: "", left: undefined };
      },
      data: (socket, bytes) => {
        const { data } = socket;
        if (data.left !== undefined) return;
        data.request += bytes.toString("latin1");
        if (!data.request.includes("\r\n\r\n") && data.request.length < mostBytes) return;
        const wanted = isPage(data.request);
        if (wanted) count += 1;
        data.left = wanted ? page : refusal;
        pump(socket);
      },
      drain: (socket) => pump(socket),
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}${path}`,
    proxy: `127.0.0.1:${server.port}`,
    served: () => count,
    [Symbol.dispose]: () => server.stop(true),
  };
}

interface Connection {
  request: string;
  /** What is still to be sent; undefined until the request is whole. */
  left: Uint8Array | undefined;
}

/** A socket takes what its buffer holds, and says when there is room again. */
function pump(socket: Bun.Socket<Connection>): void {
  const { left } = socket.data;
  if (left === undefined) return;
  const sent = Math.max(socket.write(left), 0);
  socket.data.left = left.subarray(sent);
  if (sent === left.length) socket.end();
}
