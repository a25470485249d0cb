// A warehouse that answers any statement with the same many rows, in parts behind links, made once and sent from memory.

export interface Warehouse extends Disposable {
  readonly host: string;
  /** What all parts are together. */
  readonly mb: number;
}

const partRows = 50_000;
const types = ["LONG", "STRING", "DECIMAL(12,2)", "DATE", "TIMESTAMP", "DOUBLE", "BOOLEAN"];

export function startWarehouse(rows: number): Warehouse {
  const part = Buffer.from(JSON.stringify(Array.from({ length: partRows }, (_, at) => rowAt(at))));
  const count = Math.ceil(rows / partRows);
  const last = Buffer.from(JSON.stringify(Array.from({ length: rows - (count - 1) * partRows }, (_, at) => rowAt(at))));
  const bytesOf = (index: number): Buffer<ArrayBuffer> => (index === count - 1 ? last : part);
  const link = (index: number, origin: string): object => ({
    external_links: [
      { external_link: `${origin}/part/${index}`, chunk_index: index, expiration: "2099-01-01T00:00:00Z" },
    ],
  });
  const columns = types.map((type_text, position) => ({
    name: `column_${position}`,
    position,
    type_text,
    type_name: type_text.replace(/\(.*/, ""),
  }));
  const manifest = { format: "JSON_ARRAY", schema: { columns }, total_chunk_count: count, total_row_count: rows };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch: ({ url, method }): Response => {
      const { origin, pathname } = new URL(url);
      const index = Number(/\d+$/.exec(pathname)?.[0]);
      if (pathname.startsWith("/part/")) return new Response(bytesOf(index));
      if (pathname.includes("/result/chunks/")) return Response.json(link(index, origin));
      if (method === "POST" && pathname.endsWith("/statements")) {
        return Response.json({ statement_id: "s1", status: { state: "SUCCEEDED" }, manifest, result: link(0, origin) });
      }
      if (pathname.includes("/warehouses/")) return Response.json({ id: "w1", name: "bench", state: "RUNNING" });
      if (pathname.endsWith("/warehouses")) {
        return Response.json({ warehouses: [{ id: "w1", name: "bench", state: "RUNNING" }] });
      }
      return Response.json({ error_code: "NOT_FOUND", message: pathname }, { status: 404 });
    },
  });
  return {
    host: server.url.origin,
    mb: (part.length * (count - 1) + last.length) / 1e6,
    [Symbol.dispose]: () => void server.stop(true),
  };
}

function rowAt(at: number): (string | null)[] {
  const day = `2024-0${1 + (at % 9)}-1${at % 10}`;
  const name = at % 50 === 0 ? null : `customer number ${at}`;
  return [
    String(at),
    name,
    `${at}.25`,
    day,
    `${day}T12:00:${10 + (at % 50)}.123Z`,
    String(at / 7),
    String(at % 2 === 0),
  ];
}
