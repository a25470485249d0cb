// The plugins' icon, drawn: a wall of bricks with its mortar. A PNG without alpha, by the W3C's specification (third edition).
import { crc32, deflateSync } from "node:zlib";

/** Claude's directory of plugins takes 512 to 2048 pixels on each side. */
const side = 512;
const brick = { width: 160, height: 72 } as const;
const joint = 16;

type Colour = readonly [red: number, green: number, blue: number];
const mortar: Colour = [0xf4, 0xef, 0xe6];
const bricks: readonly Colour[] = [
  [0xd9, 0x4f, 0x30],
  [0xc2, 0x43, 0x28],
  [0xe5, 0x66, 0x44],
];

/** The bytes of the icon; the same each time. */
export function iconPng(): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // Eight bits a channel, red, green and blue.
  header.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const end = chunk("IEND", Buffer.alloc(0));
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(pixels(), { level: 9 })), end]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Each row behind a zero: no filter. */
function pixels(): Buffer {
  const rowBytes = 1 + side * 3;
  const all = Buffer.alloc(rowBytes * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) all.set(colourAt(x, y), y * rowBytes + 1 + x * 3);
  }
  return all;
}

function colourAt(x: number, y: number): Colour {
  const row = Math.floor(y / (brick.height + joint));
  const shifted = x + (row % 2) * ((brick.width + joint) / 2);
  const column = Math.floor(shifted / (brick.width + joint));
  const isJoint = y % (brick.height + joint) >= brick.height || shifted % (brick.width + joint) >= brick.width;
  return isJoint ? mortar : (bricks[(row * 2 + column) % bricks.length] ?? mortar);
}
