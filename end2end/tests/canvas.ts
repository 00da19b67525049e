// What is drawn on a canvas, read pixel by pixel.
import type { Page } from '@playwright/test';

/** The columns of a widget's data layer that have ink, from the left, and a hash of its pixels. */
export async function ink(page: Page, widget: string): Promise<{ columns: number[]; width: number; hash: number }> {
  return page.locator(`[data-widget="${widget}"] canvas.data`).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { width, height } = canvas;
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
  });
}
