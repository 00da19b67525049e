// Legible for everybody: read out by pointer and keys, in the system's colours and on paper.
import { expect, test } from './fixtures';
import { WITH_ADMIN, hydrated, live, signIn } from './people';
import { ink } from './canvas';
import type { Locator, Page } from '@playwright/test';

test.use({ serverEnv: WITH_ADMIN });

const SOON = { timeout: 20_000 };

async function openGallery(page: Page): Promise<void> {
  await signIn(page);
  await page.goto('/d/gallery');
  await hydrated(page);
  await live(page);
}

/** Shades of a widget's canvas that many opaque pixels have, as sums of red, green and blue. */
async function shades(page: Page, widget: string): Promise<number[]> {
  return page.locator(`[data-widget="${widget}"] canvas`).first().evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    const counts = new Map<number, number>();
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] < 255) continue;
      const shade = data[at] + data[at + 1] + data[at + 2];
      counts.set(shade, (counts.get(shade) ?? 0) + 1);
    }
    return [...counts].filter(([, count]) => count > 300).map(([shade]) => shade);
  });
}

test('pictures that are no charts over time are read by pointer and by keys', async ({ page }) => {
  await openGallery(page);
  const spoken = page.locator('p.unseen[role="status"]');
  for (const [id, place, words] of [
    ['times', 'h2 small', / · \d+ samples · [\d.]+ %$/],
    ['times-over-time', '.pointed', /^\d\d:\d\d:\d\d · .* · \d+ samples$/],
    ['health', 'h2 small', /(clock|database|flush|history)\S*: .*(fine|slow|failing)\S* · \d\d:\d\d:\d\d – \d\d:\d\d:\d\d$/],
    ['memory', '.below >> nth=0', /^\d\d:\d\d:\d\d · [\d.,]+\s\S*B$/],
  ] as const) {
    const widget = page.locator(`[data-widget="${id}"]`);
    const canvas = widget.locator('canvas');
    const said = widget.locator(place);
    await widget.scrollIntoViewIfNeeded();
    await expect(widget.locator('[data-state="shown"], .value:not(.loading)').first(), id).toBeVisible(SOON);
    await expect(said, `${id} before`).not.toHaveText(words);
    // What was not measured yet is measured soon, and a picture has another width once there are words
    // beside it: the pointer comes again.
    await expect(async () => {
      const box = (await canvas.boundingBox())!;
      await page.mouse.move(box.x + box.width * 0.98, box.y + box.height * 0.3);
      await page.mouse.move(box.x + box.width * 0.97, box.y + box.height * 0.3);
      await expect(said, `${id} by pointer`).toHaveText(words, { timeout: 500 });
    }).toPass(SOON);
    await page.mouse.move(2, 2);
    await expect(said, `${id} left`).not.toHaveText(words);
    await canvas.focus();
    await page.keyboard.press('ArrowLeft');
    await expect(said, `${id} by keys`).toHaveText(words);
    await expect(spoken, id).toHaveText(words);
    await page.keyboard.press('Escape');
    await expect(said, `${id} let go`).not.toHaveText(words);
  }

  await test.step('all of them, and the legends, are of the time under the cursor of one chart', async () => {
    // On a wall, where all of them are seen.
    await page.setViewportSize({ width: 1440, height: 2400 });
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.locator('.connection')).toHaveAttribute('data-status', 'paused');
    const widget = (id: string) => page.locator(`[data-widget="${id}"]`);
    const time = /(\d\d):(\d\d):(\d\d)/;
    /** Seconds of the day that a text names first. */
    const seconds = async (text: Locator) => {
      const [, h, m, s] = (time.exec((await text.textContent()) ?? '') ?? []).map(Number);
      return h * 3600 + m * 60 + s;
    };
    const tip = widget('memory-stacked').locator('.tooltip time, .tooltip').first();
    const follows = [
      ['times-over-time', '.pointed', /^\d\d:\d\d:\d\d · (\d+ samples, most [≤>]? ?[\d.]+.*|no samples)$/],
      ['times', 'h2 small', /^\d\d:\d\d:\d\d · (\d+|no) samples$/],
      ['health', 'h2 small', /^\d\d:\d\d:\d\d$/],
      ['memory', '.below >> nth=0', /^\d\d:\d\d:\d\d · [\d.,]+\s\S*B$/],
    ] as const;
    const cursor = async (by: string) => {
      const at = await seconds(tip);
      for (const [id, place, words] of follows) {
        const said = widget(id).locator(place);
        await expect(said, `${id} by ${by}`).toHaveText(words);
        // Each reads its own steps: a second of the newest, a cell of the heatmap.
        await expect.poll(async () => Math.abs((await seconds(said)) - at), { message: `${id} by ${by}` }).toBeLessThanOrEqual(6);
      }
      for (const id of ['times-over-time', 'health', 'memory']) {
        await expect(widget(id).locator('.read'), `${id} by ${by}`).toHaveCSS('visibility', 'visible');
      }
      await expect(widget('times').locator('.read')).toHaveCSS('visibility', 'hidden');
    };
    await expect(async () => {
      const chart = (await widget('memory-stacked').locator('canvas.data').boundingBox())!;
      await page.mouse.move(chart.x + chart.width * 0.96, chart.y + 30);
      await page.mouse.move(chart.x + chart.width * 0.97, chart.y + 30);
      await expect(tip).toHaveText(time, { timeout: 500 });
    }).toPass(SOON);
    await cursor('pointer');
    await page.mouse.move(2, 2);
    await expect(widget('times').locator('h2 small')).toHaveText(/percentiles by bucket$/);
    for (const id of ['times-over-time', 'health', 'memory']) {
      await expect(widget(id).locator('.read'), id).toHaveCSS('visibility', 'hidden');
    }
    await widget('memory-stacked').locator('.chart').focus();
    await page.keyboard.press('ArrowLeft');
    await expect(tip).toHaveText(time);
    await cursor('keys');

    await test.step('and of that of a picture', async () => {
      const now = await widget('memory-stacked').locator('.legend b').allTextContents();
      await widget('times-over-time').locator('canvas').focus();
      await page.keyboard.press('Home');
      const first = await seconds(widget('times-over-time').locator('.pointed'));
      const line = widget('memory-stacked').locator('.crosshair');
      await expect(line).toHaveCSS('visibility', 'visible');
      await expect.poll(() => widget('memory-stacked').locator('.legend b').allTextContents()).not.toEqual(now);
      await expect.poll(async () => Math.abs((await seconds(widget('health').locator('h2 small'))) - first)).toBeLessThanOrEqual(6);
      // The cell that is read is marked, and no larger than that.
      const [cell, canvas] = [await widget('times-over-time').locator('.read').boundingBox(), await widget('times-over-time').locator('canvas').boundingBox()];
      expect(cell!.height).toBeLessThan(canvas!.height / 3);
      expect(cell!.x).toBeGreaterThan(canvas!.x);
      expect(cell!.y + cell!.height).toBeLessThan(canvas!.y + canvas!.height);
      await page.keyboard.press('Escape');
      await expect(line).toHaveCSS('visibility', 'hidden');
    });
  });
});

test('in forced colours patterns tell lines apart besides colours, and what is quiet stays quiet', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await openGallery(page);
  const keys = page.locator('[data-widget="classes"] .legend .key');
  await expect(keys.nth(1)).toBeVisible(SOON);
  const looks = await keys.evaluateAll((all) =>
    all.map((key) => {
      const { backgroundImage, borderTopStyle, color } = getComputedStyle(key);
      return [backgroundImage, borderTopStyle, color].join();
    }),
  );
  expect(new Set(looks).size, looks.join('\n')).toBe(looks.length);
  // The text's colour is the ground's opposite, and the arc of a gauge is not its track.
  for (const id of ['memory-now', 'health']) {
    await page.locator(`[data-widget="${id}"]`).scrollIntoViewIfNeeded();
    await expect.poll(async () => (await shades(page, id)).length, { ...SOON, message: id }).toBeGreaterThan(0);
  }
  const track = await shades(page, 'memory-now');
  expect(track.filter((shade) => shade > 3 * 40 && shade < 3 * 240), 'a track between ground and text').not.toEqual([]);
  // Words on a ground of their own have no plate of their own colour behind them.
  await expect(page.locator('.bar .primary')).toHaveCSS('forced-color-adjust', 'none');
  // The focus is seen on whatever has it.
  for (const id of ['classes', 'times']) {
    const chart = page.locator(`[data-widget="${id}"] [role="application"]`);
    await chart.focus();
    await page.keyboard.press('ArrowLeft');
    await expect(chart, id).toHaveCSS('outline-style', 'solid');
    await expect(chart, id).toHaveCSS('outline-width', '3px');
  }
});

test('on paper every chart is drawn at the width of the page, light, and nothing is cut', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await signIn(page);
  await expect.poll(async () => (await ink(page, 'cpu')).columns.length).toBeGreaterThan(8);
  const chart = page.locator('[data-widget="cpu"] canvas.data');
  const seen = () => chart.evaluate((element) => (element as HTMLCanvasElement).clientWidth);
  const before = await seen();
  // A browser asks for paper at once: what it prints is there when the event is over.
  const printed = await page.evaluate(() => {
    const clips = new Map<Element, number>();
    const { clip } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clip = function (this: CanvasRenderingContext2D) {
      clips.set(this.canvas, (clips.get(this.canvas) ?? 0) + 1);
      clip.call(this);
    };
    dispatchEvent(new Event('beforeprint'));
    const all = [...document.querySelectorAll<HTMLCanvasElement>('.chart canvas.data')].map((canvas) => {
      const frame = canvas.closest('.chart')!.getBoundingClientRect();
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const own = canvas.getBoundingClientRect();
      return {
        inked: data.some((value, i) => i % 4 === 3 && value > 0),
        sharp: canvas.width / own.width,
        width: frame.width,
        within: own.left >= frame.left - 1 && own.right <= frame.right + 1 && own.bottom <= frame.bottom + 1,
      };
    });
    const surface = getComputedStyle(document.querySelector('.widget')!).backgroundColor;
    const heights = [...document.querySelectorAll<HTMLElement>('.widget')].map((widget) => widget.offsetHeight);
    const seams = Math.max(...clips.values()) - 1;
    CanvasRenderingContext2D.prototype.clip = clip;
    dispatchEvent(new Event('afterprint'));
    return { all, surface, heights, seams };
  });
  expect(printed.surface).toBe('rgb(255, 255, 255)');
  expect(printed.all.length).toBeGreaterThan(3);
  // A page of A4 on its side is as high as 477 px where it is 700 px wide: none goes over two.
  expect(Math.max(...printed.heights)).toBeLessThan(470);
  expect(printed.seams, 'an area is printed as one').toBe(0);
  for (const one of printed.all) {
    expect(one).toMatchObject({ inked: true, within: true });
    expect(one.sharp).toBeGreaterThan(1.9);
    expect(one.width).toBeGreaterThan(660);
    expect(one.width).toBeLessThan(700);
  }
  expect(await seen()).toBe(before);

  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-paper', '');
  await expect(page.locator('.bar')).toBeHidden();
  const kept = await page.locator('.widget:visible').evaluateAll((all) => all.map((one) => getComputedStyle(one).breakInside));
  expect(new Set(kept)).toEqual(new Set(['avoid']));
  for (const landscape of [false, true]) {
    const pdf = (await page.pdf({ format: 'A4', landscape })).toString('latin1');
    const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages, landscape ? 'landscape' : 'portrait').toBeGreaterThan(1);
    // No page without ink: the grid that the screen has does not leave its height.
    expect(pages).toBeLessThan(landscape ? 7 : 5);
  }
  await page.emulateMedia({ media: 'screen' });
  await expect(page.locator('html')).not.toHaveAttribute('data-paper');
  await expect.poll(seen).toBe(before);

  // A long list has no more rows than the window shows, and on paper all of them.
  await page.goto('/admin/visibility');
  await hydrated(page);
  await page.emulateMedia({ media: 'print' });
  const matrix = page.getByRole('grid', { name: 'Roles and metrics' });
  const rows = async () => Number(await matrix.getAttribute('aria-rowcount')) - 1;
  await expect.poll(async () => (await matrix.locator('.lines > .line').count()) - (await rows())).toBe(0);
  expect(await rows()).toBeGreaterThan(40);
});
