// Hands on charts by finger: a tap reads, a drag goes on reading, two fingers zoom.
import { expect, test } from './fixtures';
import { crosshair, fixed, fixes, plot, still } from './charts';
import { signIn, WITH_ADMIN } from './people';

test.use({
  serverEnv: WITH_ADMIN,
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
});

test('a finger reads, two fingers zoom', async ({ page }) => {
  await signIn(page);
  await page.locator('[data-widget="cpu"]').scrollIntoViewIfNeeded();
  await still(page, 'cpu');
  const before = await fixes(page);
  await page.locator('[data-widget="cpu"] .chart').evaluate((chart) => chart.scrollIntoView({ block: 'center' }));
  const box = await plot(page, 'cpu');
  const client = await page.context().newCDPSession(page);
  const y = box.y + box.height / 2;
  const touch = (type: string, ...at: number[]) =>
    client.send('Input.dispatchTouchEvent', {
      type: type as 'touchStart',
      touchPoints: at.map((share, id) => ({ x: box.x + box.width * share, y, id })),
    });
  await touch('touchStart', 0.5);
  await touch('touchMove', 0.6);
  await touch('touchMove', 0.7);
  const share = async () => ((await crosshair(page, 'cpu')) ?? Number.NaN) / box.width - box.x / box.width;
  await expect.poll(share).toBeCloseTo(0.7, 1);
  await touch('touchEnd');
  // What was read stays.
  await expect(page.locator('[data-widget="cpu"] .tooltip')).toBeVisible();
  expect(fixed(page)).toEqual(before);

  await touch('touchStart', 0.4);
  await touch('touchStart', 0.4, 0.6);
  await touch('touchMove', 0.35, 0.65);
  await touch('touchMove', 0.3, 0.7);
  await touch('touchEnd');
  // The address follows when the hand rests.
  const zoomed = () => (fixed(page)!.to - fixed(page)!.from) / (before.to - before.from);
  await expect.poll(zoomed).toBeCloseTo(0.5, 1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('the menu, full screen and the sheet fit a phone', async ({ page }) => {
  await signIn(page);
  const widget = page.locator('[data-widget="cpu"]');
  await widget.scrollIntoViewIfNeeded();
  await widget.locator('.more-button').tap();
  const menu = (await widget.locator('.actions').boundingBox())!;
  expect(menu.x).toBeGreaterThanOrEqual(0);
  expect(menu.x + menu.width).toBeLessThanOrEqual(390);
  expect(menu.y + menu.height).toBeLessThanOrEqual(844);
  await widget.locator('.actions button', { hasText: 'Full screen' }).tap();
  await expect.poll(async () => (await widget.boundingBox())!.width).toBe(390);
  await widget.locator('.more-button').tap();
  await widget.locator('.actions button', { hasText: 'Leave full screen' }).tap();
  await expect.poll(async () => (await widget.boundingBox())!.width).toBeLessThan(390);
});
