// What is drawn on canvases, read pixel by pixel.
import { expect, type Page } from '@playwright/test';

/** Height of the row of times below a plot, in device-independent pixels; it is on the data layer too. */
const TIMES = 23;

/** The columns of a widget's plot that have ink, from the left, and a hash of its pixels. */
export async function ink(page: Page, widget: string): Promise<{ columns: number[]; width: number; hash: number }> {
  return page.locator(`[data-widget="${widget}"] canvas.data`).evaluate((element, times) => {
    const canvas = element as HTMLCanvasElement;
    const { width } = canvas;
    const height = canvas.height - Math.ceil(times * devicePixelRatio);
    const pixels = canvas.getContext('2d')!.getImageData(0, 0, width, height).data;
    const columns = [];
    let hash = 0;
    for (let x = 0; x < width; x++) {
      let inked = false;
      for (let y = 0; y < height; y++) {
        const at = (y * width + x) * 4;
        if (pixels[at + 3] > 0) inked = true;
        hash = (Math.imul(hash, 31) + pixels[at] + pixels[at + 1] * 3 + pixels[at + 3] * 7) | 0;
      }
      if (inked) columns.push(x);
    }
    return { columns, width, hash };
  }, TIMES);
}

/** Keeps a copy of the data layers of all charts in the page, under a name. */
export async function keep(page: Page, name: string): Promise<void> {
  await page.evaluate((name) => {
    const kept: Record<string, ImageData> = {};
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('.chart canvas.data')) {
      const id = canvas.closest('[data-widget]')!.getAttribute('data-widget')!;
      kept[id] = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    }
    (window as unknown as Record<string, unknown>)[name] = kept;
  }, name);
}

/** How many pixels of a chart have ink, and how many of these differ between two copies. */
export type Difference = {
  id: string;
  inked: number;
  /** By more than a quarter of 255. */
  differ: number;
  /** By more than 16 of 255, those above among them. */
  hardly: number;
};

/** Difference of a colour or of coverage, of 255, up to which two pixels count as the same. A seam
 *  would differ by more. */
const QUARTER = 64;

/** Columns at the left that are not compared: of the stretch that the edge of the canvas cuts. A full
 *  redraw draws only what is left of it, and Skia smooths a path otherwise where an edge cuts it. */
const STRETCH = 16;

/** Compares two copies, but for the stretch at the left edge and so many columns at the right. */
export async function compare(page: Page, a: string, b: string, without: number): Promise<Difference[]> {
  return page.evaluate(
    ([first, second, stretch, without, quarter]) => {
      const kept = window as unknown as Record<string, Record<string, ImageData>>;
      const [grown, drawn] = [kept[first], kept[second]];
      return Object.keys(grown).map((id) => {
        const [a, b] = [grown[id], drawn[id]];
        let [inked, differ, hardly] = [0, 0, 0];
        for (let y = 0; y < a.height; y++) {
          for (let x = stretch; x < a.width - without; x++) {
            const at = (y * a.width + x) * 4;
            // As it is seen: what is hardly there hardly has a colour.
            const seen = ({ data }: ImageData, c: number) => (data[at + c] * data[at + 3]) / 255;
            const delta = [0, 1, 2].map((c) => Math.abs(seen(a, c) - seen(b, c)));
            delta.push(Math.abs(a.data[at + 3] - b.data[at + 3]));
            if (a.data[at + 3] > 0 || b.data[at + 3] > 0) inked++;
            if (Math.max(...delta) > quarter) differ++;
            if (Math.max(...delta) > 16) hardly++;
          }
        }
        return { id, inked, differ, hardly };
      });
    },
    [a, b, STRETCH, without, QUARTER] as const,
  );
}

/** Draws every chart anew, whole: another theme does, and so does the way back. */
export async function redraw(page: Page, widget: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    const before = await ink(page, widget);
    await page.emulateMedia({ colorScheme });
    await expect.poll(async () => (await ink(page, widget)).hash).not.toBe(before.hash);
  }
}
