// On a real canvas, every kind of chart that was shifted and completed looks like one drawn anew.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './fixtures';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
/** Built by `cargo test`, or `cargo build -p charts --examples`. */
const program = join(root, 'target/debug/examples/strips');

/** What, its colour, its line width, its coordinates. */
type Shape = ['rect' | 'line' | 'area', string, number, number[]];
/** Its columns, and what is in them. */
type Stretch = [number, number, Shape[]];
type Frame = { by: number; from: number; strip: Stretch[]; whole: Stretch[] | null };
type Recorded = { width: number; height: number; subpixel: number; stories: { kind: string; frames: Frame[] }[] };

/** Difference of a colour or of coverage, of 255, that nobody sees. */
const UNSEEN = 16;
/** Part of the ink that may differ by more. Skia cuts a path at the clip before it fills it, and so
 *  chooses another way to smooth its edge. Stretches have the same clip in a strip and in the whole,
 *  but for the one that the left edge of the canvas cuts. */
const SHARE = 0.001;

test('every kind of chart, shifted, equals a full redraw', async ({ page }, info) => {
  const text = execFileSync(program, { maxBuffer: 1 << 28 }).toString();
  const results = await page.evaluate(
    // As text: a million numbers one by one would take longer than all of the drawing.
    ({ text, unseen }) => {
      const { width, height, subpixel, stories }: Recorded = JSON.parse(text);
      const canvas = () => Object.assign(document.createElement('canvas'), { width, height }).getContext('2d')!;
      // As the page's layers do it.
      const draw = (context: CanvasRenderingContext2D, stretches: Stretch[], from: number) => {
        context.clearRect(from, 0, width - from, height);
        for (const [left, right, shapes] of stretches) drawStretch(context, shapes, left, right);
      };
      const drawStretch = (context: CanvasRenderingContext2D, shapes: Shape[], left: number, right: number) => {
        context.save();
        context.beginPath();
        context.rect(left, 0, right - left, height);
        context.clip();
        context.lineJoin = context.lineCap = 'round';
        context.scale(1 / subpixel, 1 / subpixel);
        for (const [shape, color, line, at] of shapes) {
          context.fillStyle = context.strokeStyle = color;
          context.lineWidth = line;
          if (shape === 'rect') {
            context.fillRect(at[0], at[1], at[2], at[3]);
            continue;
          }
          context.beginPath();
          for (let i = 0; i < at.length; i += 2) context.lineTo(at[i], at[i + 1]);
          if (shape === 'line') context.stroke();
          else context.fill();
        }
        context.restore();
      };
      return stories.map(({ kind, frames }) => {
        const grown = canvas();
        let [ink, differ, shifts] = [0, 0, 0];
        for (const { by, from, strip, whole } of frames) {
          if (by > 0) {
            grown.globalCompositeOperation = 'copy';
            grown.drawImage(grown.canvas, -by, 0);
            grown.globalCompositeOperation = 'source-over';
          }
          if (from > 0) shifts++;
          if (from < width) draw(grown, strip, from);
          if (!whole) continue;
          const anew = canvas();
          draw(anew, whole, 0);
          const [a, b] = [grown, anew].map((c) => c.getImageData(0, 0, width, height).data);
          for (let i = 0; i < a.length; i += 4) {
            if (a[i + 3] === 0 && b[i + 3] === 0) continue;
            ink++;
            // As it is seen: what is hardly there hardly has a colour.
            const off = [0, 1, 2].map((c) => Math.abs(a[i + c] * a[i + 3] - b[i + c] * b[i + 3]) / 255);
            if (Math.max(...off, Math.abs(a[i + 3] - b[i + 3])) > unseen) differ++;
          }
        }
        return { kind, ink, differ, shifts };
      });
    },
    { text, unseen: UNSEEN },
  );
  expect(results).toHaveLength(14);
  for (const { kind, ink, differ, shifts } of results) {
    info.annotations.push({ type: 'pixels', description: `${kind}: ${ink}, ${differ} differ` });
    expect(shifts, kind).toBeGreaterThan(100);
    expect(ink, kind).toBeGreaterThan(10_000);
    expect(differ / ink, `${kind}: ${differ} of ${ink} pixels`).toBeLessThan(SHARE);
  }
});
