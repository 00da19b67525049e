// Pictures that the server draws: what a page shows before its own code runs.
import { expect, test } from './fixtures';
import { ADMIN_PASSWORD, WITH_ADMIN, signIn } from './people';

test.use({ serverEnv: WITH_ADMIN });

const CHART = '[data-widget="memory-over-time"] .chart';

test('without scripts a page shows charts', async ({ browser, server, problems }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const data = { name: 'admin', password: ADMIN_PASSWORD };
  expect((await context.request.post('/api/session', { data })).ok()).toBeTruthy();
  const page = await context.newPage();
  problems.watch(page);
  await page.goto('/');
  const picture = page.locator(`${CHART} .still img`);
  await picture.scrollIntoViewIfNeeded();
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(100);
  expect(await picture.boundingBox()).toEqual(await page.locator(CHART).boundingBox());
  await expect(page.locator(`${CHART} .state`)).toBeHidden();
  await context.close();
});

test('a chart takes the place of its picture, which is fetched once', async ({ page }) => {
  await signIn(page);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/widgets/')) asked.push(request.url());
  });
  await page.goto('/');
  await page.locator(CHART).scrollIntoViewIfNeeded();
  await expect(page.locator(`${CHART}[data-state="shown"]`)).toBeVisible();
  await expect(page.locator(`${CHART} .still`)).toBeHidden();
  await expect(page.locator(`${CHART} canvas.data`)).toBeVisible();
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked).size, asked.join('\n')).toBe(asked.length);
});
