// An empty registry hive, for tests that hand a .reg file to a program of others. Layout: libhivex and regfi document it.

const blockBytes = 4_096;
const none = 0xff_ff_ff_ff;

/** One key without a name of anybody's, and nothing in it. */
export function emptyHive(): Uint8Array {
  const header = Buffer.alloc(blockBytes);
  header.write("regf", 0, "latin1");
  numbers(header, 4, [1, 1]);
  // Version 1.3, a file of the usual kind, the root's place, the length of what follows, one cluster.
  numbers(header, 20, [1, 3, 0, 1, 0x20, blockBytes, 1]);
  let sum = 0;
  for (let at = 0; at < 0x1fc; at += 4) sum ^= header.readUInt32LE(at);
  header.writeUInt32LE(sum >>> 0, 0x1fc);
  return Buffer.concat([header, block()]);
}

function block(): Buffer {
  const rootBytes = cell(key(0)).length;
  const rights = 0x20 + rootBytes;
  const used = [cell(key(rights)), cell(security(rights))];
  const head = Buffer.alloc(0x20);
  head.write("hbin", 0, "latin1");
  head.writeUInt32LE(blockBytes, 8);
  const free = Buffer.alloc(blockBytes - head.length - used.reduce((sum, { length }) => sum + length, 0));
  free.writeInt32LE(free.length, 0);
  return Buffer.concat([head, ...used, free]);
}

function key(rights: number): Buffer {
  const name = "ROOT";
  const data = Buffer.alloc(76 + name.length);
  data.write("nk", 0, "latin1");
  data.writeUInt16LE(0x2c, 2);
  // Parent, keys below it, values, rights, class.
  numbers(data, 16, [none, 0, 0, none, none, 0, none, rights, none]);
  data.writeUInt16LE(name.length, 72);
  data.write(name, 76, "latin1");
  return data;
}

function security(own: number): Buffer {
  const descriptor = Buffer.from([1, 0, 4, 0x80, ...Array<number>(16).fill(0)]);
  const data = Buffer.alloc(20 + descriptor.length);
  data.write("sk", 0, "latin1");
  numbers(data, 4, [own, own, 1, descriptor.length]);
  descriptor.copy(data, 20);
  return data;
}

/** Its length, negative while it is in use, and padding to eight bytes. */
function cell(data: Buffer): Buffer {
  const all = Buffer.alloc(Math.ceil((data.length + 4) / 8) * 8);
  all.writeInt32LE(-all.length, 0);
  data.copy(all, 4);
  return all;
}

function numbers(into: Buffer, at: number, values: readonly number[]): void {
  for (const [index, value] of values.entries()) into.writeUInt32LE(value, at + index * 4);
}
