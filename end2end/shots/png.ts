// Makes a PNG small: at most 256 colours, and the best that deflate does. Invariant: the colours that cover
// most of a picture stay as they are; only those of edges and gradients move a little.
import { deflateSync } from 'node:zlib';
import type { BrowserContext } from '@playwright/test';

/** The same picture with a palette; a browser reads the one that is given. */
export async function smaller(context: BrowserContext, png: Buffer): Promise<Buffer> {
  const page = await context.newPage();
  const found = await page.evaluate(quantised, png.toString('base64'));
  await page.close();
  const { width, height } = found;
  const pixels = Buffer.from(found.pixels, 'base64');
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) pixels.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(found.palette)),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** The checksum of PNG, by ISO 3309. */
function crc32(bytes: Buffer): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}

/** Runs in the page. */
async function quantised(base64: string): Promise<{ width: number; height: number; palette: number[]; pixels: string }> {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const colors = new Map<number, number>();
  for (let i = 0; i < data.length; i += 4) {
    const color = (data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!;
    colors.set(color, (colors.get(color) ?? 0) + 1);
  }
  // Half of the palette for what there is most of; the rest for means of what lies close together.
  const all = [...colors].sort((a, b) => b[1] - a[1]);
  const chosen = all.slice(0, 128).map(([color]) => color);
  const cells = new Map<number, [number, number, number, number]>();
  for (const [color, count] of all.slice(128)) {
    const [r, g, b] = [color >> 16, (color >> 8) & 255, color & 255];
    const cell = ((r >> 4) << 8) | ((g >> 4) << 4) | (b >> 4);
    const sum = cells.get(cell) ?? [0, 0, 0, 0];
    cells.set(cell, [sum[0] + r * count, sum[1] + g * count, sum[2] + b * count, sum[3] + count]);
  }
  const means = [...cells.values()].sort((a, b) => b[3] - a[3]).slice(0, 256 - chosen.length);
  for (const [r, g, b, n] of means) {
    chosen.push((Math.round(r / n) << 16) | (Math.round(g / n) << 8) | Math.round(b / n));
  }
  const nearest = new Map<number, number>();
  for (const color of colors.keys()) {
    const [r, g, b] = [color >> 16, (color >> 8) & 255, color & 255];
    let [best, least] = [0, Infinity];
    chosen.forEach((other, i) => {
      const [dr, dg, db] = [r - (other >> 16), g - ((other >> 8) & 255), b - (other & 255)];
      const far = 2 * dr * dr + 4 * dg * dg + 3 * db * db;
      if (far < least) [best, least] = [i, far];
    });
    nearest.set(color, best);
  }
  let text = '';
  for (let i = 0; i < data.length; i += 4) {
    const color = (data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!;
    text += String.fromCharCode(nearest.get(color)!);
  }
  const palette = chosen.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]);
  return { width, height, palette, pixels: btoa(text) };
}
