// nginx twice: as the workspace that answers at once, and as the proxy that ours is measured against.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { testCertificates } from "../../../src/proxy/testing-certificate.ts";
import { freePort, onCore, program, untilAnswers, type Rig } from "./machine.ts";

export interface Workspace {
  readonly plain: string;
  readonly tls: string;
  /** Vouches for the certificate of `tls`. */
  readonly caFile: string;
}

// nginx holds a certificate against a name, never against an address.
const tlsName = "workspace.test";

/** What a model that says a few words answers. */
const answer = JSON.stringify({
  id: "msg_01",
  type: "message",
  role: "assistant",
  model: "databricks-claude-sonnet-4-6",
  content: [{ type: "text", text: "The measurement is done when the last round is. ".repeat(10) }],
  stop_reason: "end_turn",
  usage: { input_tokens: 4000, output_tokens: 120, cache_read_input_tokens: 3000, cache_creation_input_tokens: 0 },
});

/** Starts the workspace beside the load, away from the proxies' core; `port` is for `plain`, a free one unless given. */
export async function startWorkspace(rig: Rig, port?: number): Promise<Workspace> {
  const [plain, tls] = [port ?? (await freePort()), await freePort()];
  const { ca, cert, key } = testCertificates([tlsName]);
  const caFile = join(rig.folder, "ca.pem");
  await Promise.all([
    Bun.write(caFile, ca),
    Bun.write(join(rig.folder, "cert.pem"), cert),
    Bun.write(join(rig.folder, "key.pem"), key),
  ]);
  const says = `location / { default_type application/json; return 200 '${answer}'; }`;
  await startNginx(rig, {
    name: "workspace",
    core: 1,
    servers: `
      server { listen 127.0.0.1:${plain} backlog=4096; ${says} }
      server { listen 127.0.0.1:${tls} ssl backlog=4096; ssl_certificate ${rig.folder}/cert.pem; ssl_certificate_key ${rig.folder}/key.pem; ${says} }`,
  });
  const urls = { plain: `http://127.0.0.1:${plain}`, tls: `https://127.0.0.1:${tls}` };
  await Promise.all([untilAnswers(urls.plain), untilAnswers(urls.tls)]);
  return { ...urls, caFile };
}

export interface NginxProxy {
  /** The proxy's address for each of the targets, in their order. */
  readonly urls: readonly string[];
  readonly child: Bun.Subprocess;
}

/** nginx as it is set up before model APIs: nothing buffered on the way back, connections kept. */
export async function startNginxProxy(rig: Rig, targets: readonly string[], caFile: string): Promise<NginxProxy> {
  const ports = await Promise.all(targets.map(() => freePort()));
  const servers = targets.map((target, index) => {
    const { host } = new URL(target);
    return `
      upstream target${index} { server ${host}; keepalive 1100; keepalive_requests 100000000; }
      server {
        listen 127.0.0.1:${ports[index]} backlog=4096;
        location / {
          proxy_pass ${target.split("://")[0]}://target${index};
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Host ${host};
          proxy_set_header Authorization "Bearer a-token-of-the-workspace";
          proxy_buffering off;
          proxy_read_timeout 3600s;
          proxy_ssl_verify on;
          proxy_ssl_name ${tlsName};
          proxy_ssl_trusted_certificate ${caFile};
        }
      }`;
  });
  const child = await startNginx(rig, { name: `proxy-${ports[0]}`, core: 0, servers: servers.join("\n") });
  await untilAnswers(`http://127.0.0.1:${ports[0]}`);
  return { urls: ports.map((port) => `http://127.0.0.1:${port}`), child };
}

interface Nginx {
  readonly name: string;
  readonly core: number;
  readonly servers: string;
}

/** One process, everything it writes in the rig's folder, no log of requests. */
async function startNginx(rig: Rig, { name, core, servers }: Nginx): Promise<Bun.Subprocess> {
  const folder = join(rig.folder, name);
  await mkdir(folder);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const file = join(folder, "nginx.conf");
  await Bun.write(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 8192; }
    http {
      access_log off; keepalive_timeout 3600s; keepalive_requests 100000000; tcp_nodelay on;
      client_body_buffer_size 1m; client_max_body_size 0; server_tokens off;
      ${temporary.join(" ")}
      ${servers}
    }`,
  );
  return rig.start([...onCore(core), program("nginx"), "-c", file, "-p", folder, "-e", `${folder}/error.log`]);
}
