// Two listeners on one port: new connections are made to go to the newest, so that the older can close without losing one.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { OperatingSystem } from "../../platform/deps.ts";

/**
 * On Linux the connections of a port are dealt out over its listeners, and those that wait in the queue of one that
 * closes are reset. A filter on the port (socket(7), SO_ATTACH_REUSEPORT_CBPF) sends all to the newest instead, for as
 * long as there are two. On macOS the newest gets them anyway. False where that could not be done: then one that comes
 * in the very moment of the change may be reset.
 */
export async function steerToNewest(os: OperatingSystem, port: number): Promise<boolean> {
  if (os !== "linux") return os === "darwin";
  try {
    const listeners = listenersOn(port);
    const own = ownSocket(listeners);
    if (own === undefined || listeners.length < 2) return false;
    return await attach(own, listeners.length - 1);
  } catch {
    return false;
  }
}

/** How many listeners of this user's network the port has on 127.0.0.1 (proc_net_tcp: state 0A); 0 where it is not told. */
export function listenerCount(os: OperatingSystem, port: number): number {
  try {
    return os === "linux" ? listenersOn(port).length : 0;
  } catch {
    return 0;
  }
}

/** Their inodes. */
function listenersOn(port: number): readonly string[] {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readFileSync("/proc/self/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1] === address && fields[3] === "0A")
    .map((fields) => fields[9] ?? "");
}

function ownSocket(inodes: readonly string[]): number | undefined {
  const wanted = new Set(inodes.map((inode) => `socket:[${inode}]`));
  const found = readdirSync("/proc/self/fd").find((fd) => wanted.has(linkOf(fd)));
  return found === undefined ? undefined : Number(found);
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

const libraries = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

const solSocket = 1;
const attachReuseportFilter = 51;
const returnConstant = 0x06;

async function attach(fd: number, index: number): Promise<boolean> {
  const { dlopen, FFIType, ptr } = await import("bun:ffi");
  const { i32, u32 } = FFIType;
  const shape = { setsockopt: { args: [i32, i32, i32, FFIType.ptr, u32], returns: i32 } } as const;
  // One instruction: struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; }
  const instruction = new DataView(new ArrayBuffer(8));
  instruction.setUint16(0, returnConstant, true);
  instruction.setUint32(4, index, true);
  // struct sock_fprog { u16 length; struct sock_filter *filter; }
  const program = new DataView(new ArrayBuffer(16));
  program.setUint16(0, 1, true);
  program.setBigUint64(8, BigInt(ptr(instruction)), true);
  for (const name of libraries) {
    const library = opened(() => dlopen(name, shape));
    if (library === undefined) continue;
    const failed = library.symbols.setsockopt(fd, solSocket, attachReuseportFilter, ptr(program), 16);
    library.close();
    return failed === 0;
  }
  return false;
}

function opened<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}
