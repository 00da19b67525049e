// The picture that grew by shifting is the picture that a full redraw gives.
import { expect, test } from './fixtures';
import { ink } from './canvas';
import { signIn, WITH_ADMIN } from './people';

test.use({ serverEnv: WITH_ADMIN });

/** Difference of a colour or of coverage, of 255, up to which two pixels count as the same. Skia
 *  fills a path with many points for its size by supersampling in quarters of a pixel, and others by
 *  exact coverage; a strip has fewer points than a full redraw, so this is taken to be why some edge
 *  pixels differ by up to a quarter. A seam would differ by more. */
const QUARTER = 64;

/** Columns at the right that may differ: the newest second was provisional when it was drawn. */
const PROVISIONAL = 24;

/** On a slow screen news comes, and the pause too, long before the next animation frame. */
const SCREENS = [
  { ratio: 1, name: 'at 1 device pixel in one', waits: 0 },
  { ratio: 2, name: 'at 2 device pixels in one', waits: 0 },
  { ratio: 1, name: 'on a slow screen', waits: 400 },
];

// Charts that have enough to draw in time, and that are in view: others do not draw.
const CHARTS = ['cpu', 'memory-over-time'];

for (const { ratio, name, waits } of SCREENS) {
  test.describe(name, () => {
    test.use({ deviceScaleFactor: ratio });

    test('shifting equals a full redraw', async ({ page }, info) => {
      await page.addInitScript((waits) => {
        const soon = window.requestAnimationFrame.bind(window);
        if (waits > 0) window.requestAnimationFrame = (f) => window.setTimeout(() => soon(f), waits);
      }, waits);
      await signIn(page);
      await page.getByLabel('Time range').selectOption('60');
      for (const widget of CHARTS) {
        await expect
          .poll(async () => (await ink(page, widget)).columns.length, { timeout: 30_000 })
          .toBeGreaterThan(80 * ratio);
      }
      await page.getByRole('button', { name: 'Pause' }).click();
      await expect(page.locator('.connection')).toHaveAttribute('data-status', 'paused');
      await page.waitForTimeout(300 + 2 * waits);
      const keep = (name: string) =>
        page.evaluate((name) => {
          const kept: Record<string, ImageData> = {};
          for (const canvas of document.querySelectorAll<HTMLCanvasElement>('.chart canvas.data')) {
            const id = canvas.closest('[data-widget]')!.getAttribute('data-widget')!;
            kept[id] = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          }
          (window as unknown as Record<string, unknown>)[name] = kept;
        }, name);
      await keep('grown');
      const shifted = await ink(page, 'cpu');
      // Another theme draws all of it anew, and so does the way back.
      await page.emulateMedia({ colorScheme: 'dark' });
      await expect.poll(async () => (await ink(page, 'cpu')).hash).not.toBe(shifted.hash);
      const dark = await ink(page, 'cpu');
      await page.emulateMedia({ colorScheme: 'light' });
      await expect.poll(async () => (await ink(page, 'cpu')).hash).not.toBe(dark.hash);
      await keep('drawn');
      const shares = await page.evaluate(([provisional, quarter]) => {
        const { grown, drawn } = window as unknown as Record<string, Record<string, ImageData>>;
        return Object.keys(grown).map((id) => {
          const [a, b] = [grown[id], drawn[id]];
          let [inked, differ, hardly] = [0, 0, 0];
          for (let y = 0; y < a.height; y++) {
            for (let x = 0; x < a.width - provisional; x++) {
              const at = (y * a.width + x) * 4;
              // As it is seen: what is hardly there hardly has a colour.
              const seen = ({ data }: ImageData, c: number) => (data[at + c] * data[at + 3]) / 255;
              const delta = [0, 1, 2].map((c) => Math.abs(seen(a, c) - seen(b, c)));
              delta.push(Math.abs(a.data[at + 3] - b.data[at + 3]));
              if (a.data[at + 3] > 0 || b.data[at + 3] > 0) inked++;
              if (Math.max(...delta) > quarter) differ++;
              else if (Math.max(...delta) > 16) hardly++;
            }
          }
          return { id, inked, differ, hardly };
        });
      }, [PROVISIONAL * ratio, QUARTER]);
      for (const { id, inked, differ, hardly } of shares.filter((s) => CHARTS.includes(s.id))) {
        info.annotations.push({ type: 'pixels', description: `${id}: ${inked}, ${differ} differ, ${hardly} hardly` });
        expect(inked, id).toBeGreaterThan(100);
        expect(differ / inked, `${id}: ${differ} of ${inked} pixels`).toBeLessThan(0.002);
      }
    });
  });
}
