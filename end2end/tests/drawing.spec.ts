// The picture that grew by shifting is the picture that a full redraw gives.
import { expect, test } from './fixtures';
import { compare, ink, keep, redraw } from './canvas';
import { signIn, WITH_ADMIN } from './people';
import { chooseSpan } from './time';

test.use({ serverEnv: WITH_ADMIN });

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
      await chooseSpan(page, 'Last minute');
      for (const widget of CHARTS) {
        await expect
          .poll(async () => (await ink(page, widget)).columns.length, { timeout: 30_000 })
          .toBeGreaterThan(80 * ratio);
      }
      await page.getByRole('button', { name: 'Pause' }).click();
      await expect(page.locator('.connection')).toHaveAttribute('data-status', 'paused');
      await page.waitForTimeout(300 + 2 * waits);
      await keep(page, 'grown');
      await redraw(page, 'cpu');
      await keep(page, 'drawn');
      const shares = await compare(page, 'grown', 'drawn', PROVISIONAL * ratio);
      for (const { id, inked, differ, hardly } of shares.filter((s) => CHARTS.includes(s.id))) {
        info.annotations.push({ type: 'pixels', description: `${id}: ${inked}, ${differ} differ, ${hardly} hardly` });
        expect(inked, id).toBeGreaterThan(100);
        expect(differ, `${id}: ${differ} of ${inked} pixels`).toBe(0);
        expect(hardly / inked, `${id}: ${hardly} of ${inked} pixels by more than 16`).toBeLessThan(0.001);
      }
    });
  });
}
