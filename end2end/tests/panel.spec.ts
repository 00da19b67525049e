// Building a dashboard: the catalogue of metrics, and the panel of what is selected, by mouse, keyboard and
// finger.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { NARROW, accessible, inBothThemes } from './accessible';
import { expect, test } from './fixtures';
import { ADMIN_PASSWORD, addToken, curlEvent, signIn, WITH_ADMIN } from './people';

/** A latency by route, as programs that measure requests have it. */
const CONFIG = `
[[metrics]]
name = "shop.request.latency"
kind = "summary"
event = "shop.request"
measurement = "latency"
unit = "millisecond"
tags = ["route"]
category = "Shop"
description = "Time until an answer"
`;

test.describe.configure({ timeout: 120_000 });
test.use({
  serverEnv: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'pulseboard-panel-'));
    const config = join(folder, 'pulseboard.toml');
    await writeFile(config, CONFIG);
    await use({ ...WITH_ADMIN, PULSEBOARD_CONFIG: config });
    await rm(folder, { recursive: true, force: true });
  },
});

const catalogue = (page: Page) => page.locator('.edit-catalogue');
const panel = (page: Page) => page.getByRole('complementary', { name: 'Options' });
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search metrics' });
const row = (page: Page, name: string) => page.locator(`[id="row-${name}"]`);
const widgets = (page: Page) => page.locator('.grid [data-widget]');
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });

/** A dashboard without widgets, and the page that edits it. */
async function begin(page: Page, id: string, hasList = true): Promise<void> {
  const document = { id, title: 'Shop', version: 0, widgets: [] };
  const made = await page.request.put(`/api/dashboards/${id}`, { data: document });
  expect(made.ok(), await made.text()).toBeTruthy();
  await page.goto(`/d/${id}/edit`);
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  if (hasList) await expect(catalogue(page).locator('.line.group').first()).toBeVisible();
}

async function saved(page: Page, id: string): Promise<{ widgets: any[] }> {
  return (await page.request.get(`/api/dashboards/${id}`)).json();
}

/** How often a person presses a button of the mouse, and keys, from now on. */
async function count(page: Page): Promise<() => Promise<{ clicks: number; keys: number }>> {
  await page.evaluate(() => {
    const counted = { clicks: 0, keys: 0 };
    (window as any).counted = counted;
    window.addEventListener('pointerdown', () => counted.clicks++, true);
    window.addEventListener('keydown', () => counted.keys++, true);
  });
  return () => page.evaluate(() => (window as any).counted);
}

test('a p95 latency chart split by route takes at most five clicks', async ({ page, server }) => {
  await signIn(page);
  const secret = await addToken(page);
  for (const route of ['/tea', '/cup']) {
    await curlEvent(server, secret, { name: 'shop.request', measurements: { latency: 12 }, metadata: { route } });
  }
  await begin(page, 'clicks');
  const counted = await count(page);
  await search(page).click();
  await page.keyboard.type('latency');
  await row(page, 'shop.request.latency').click();
  await catalogue(page).getByRole('button', { name: 'Add split by route' }).click();
  await save(page).click();
  await expect.poll(async () => (await saved(page, 'clicks')).widgets.length).toBe(1);
  const { clicks, keys } = await counted();
  const [chart] = (await saved(page, 'clicks')).widgets;
  expect(chart).toMatchObject({ kind: 'line', metrics: [{ metric: 'shop.request.latency', field: 'p95', by: 'route' }] });
  expect(chart.title).toBe('Request latency, p95 by route');
  test.info().annotations.push({ type: 'clicks', description: `${clicks} clicks, ${keys} keys` });
  console.log(`    p95 latency split by route: ${clicks} clicks, ${keys} keys`);
  // The page that shows a dashboard leads here by one click more.
  expect(clicks + 1).toBeLessThanOrEqual(5);
});

test('from nothing to six kinds of widgets by keyboard alone, saved and seen by somebody else', async ({ page, browser, server, problems }) => {
  await signIn(page);
  await begin(page, 'six');
  const add = async (words: string, n: number) => {
    await page.keyboard.press('/');
    await expect(search(page)).toBeFocused();
    await page.keyboard.press('Control+a');
    await page.keyboard.type(words);
    await expect(page.locator('.edit-catalogue .lines .line:not(.group)').first()).toContainText(words.split(' ')[0]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(widgets(page)).toHaveCount(n);
    await expect(page.locator('p.unseen[role=status]').filter({ hasText: 'is added as' })).toHaveCount(1);
  };
  await add('shop.request.latency', 1);
  await add('host.memory.used', 2);
  // Another kind of the last one, in the panel: Tab leads there.
  const become = async (kind: string) => {
    const button = panel(page).getByRole('button', { name: kind, exact: true });
    await button.focus();
    await page.keyboard.press('Enter');
    await expect(button).toHaveAttribute('aria-pressed', 'true');
  };
  await become('Stat');
  await add('http.request.duration_by_route', 3);
  await add('http.requests', 4);
  await become('Bar list');
  await add('http.response.bytes', 5);
  await become('Bars');
  await catalogue(page).getByRole('button', { name: 'Text' }).focus();
  await page.keyboard.press('Enter');
  await expect(widgets(page)).toHaveCount(6);
  await panel(page).getByRole('textbox', { name: 'Text', exact: true }).fill('# Hello');
  await page.keyboard.press('Control+s');
  await expect.poll(async () => (await saved(page, 'six')).widgets.map((one) => one.kind).sort()).toEqual(
    ['bar', 'bar_list', 'heatmap', 'line', 'stat', 'text'],
  );
  await inBothThemes(page, 'catalogue and panel');

  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1440, height: 900 } });
  const other = await context.newPage();
  problems.watch(other);
  expect((await context.request.post('/api/session', { data: { name: 'admin', password: ADMIN_PASSWORD } })).ok()).toBeTruthy();
  await other.goto('/d/six');
  await expect(other.locator('[data-widget]')).toHaveCount(6);
  await expect(other.locator('.is-text')).toContainText('Hello');
  await context.close();
});

test('what does not hold is explained beside its field, undone, and never saved', async ({ page }) => {
  await signIn(page);
  await begin(page, 'faults');
  await search(page).fill('host.memory.used');
  await page.keyboard.press('Enter');
  await expect(widgets(page)).toHaveCount(1);
  const least = panel(page).getByLabel('Min', { exact: true });
  await least.fill('ten');
  await expect(least).toHaveAttribute('aria-invalid', 'true');
  await expect(panel(page)).toContainText('it takes a number');
  await accessible(page, 'a fault beside its field');
  await least.fill('10');
  await expect(least).toHaveAttribute('aria-invalid', 'false');
  await panel(page).getByLabel('Max', { exact: true }).fill('5');
  await expect(panel(page)).toContainText('5 is not above min, 10');
  await panel(page).getByRole('button', { name: 'Reset Max to its default' }).click();
  await expect(panel(page)).not.toContainText('is not above');

  // A list: a row is added, and what is wrong in it stands below it.
  const thresholds = panel(page).getByRole('group', { name: 'Thresholds' });
  await thresholds.getByRole('button', { name: 'Add' }).click();
  await thresholds.getByLabel('At 1').fill('x');
  await expect(thresholds).toContainText('a threshold has a number');
  await thresholds.getByLabel('At 1').fill('80');
  await expect(thresholds).not.toContainText('a threshold has');

  // The same as JSON: what is valid is applied, what is not is explained.
  await panel(page).getByText('JSON', { exact: true }).click();
  const json = panel(page).getByRole('textbox', { name: 'The widget as JSON' });
  const text = await json.inputValue();
  expect(JSON.parse(text).options).toEqual({ min: 10, thresholds: [{ at: 80, level: 'warn' }] });
  await json.fill(text.replace('"min": 10', '"min": "x"'));
  await expect(panel(page)).toContainText('options.min: it takes a number');
  await expect(least).toHaveValue('10');
  await json.fill(text.replace('"min": 10', '"min": 20'));
  await expect(least).toHaveValue('20');

  // To another kind and back: what did not fit is there again.
  await panel(page).getByRole('button', { name: 'Table', exact: true }).click();
  await expect(least).toHaveCount(0);
  await panel(page).getByRole('button', { name: 'Lines', exact: true }).click();
  await expect(least).toHaveValue('20');
  await save(page).click();
  await expect.poll(async () => (await saved(page, 'faults')).widgets[0]?.options?.min).toBe(20);
});

test('a metric is dragged onto the grid, and Escape puts it back', async ({ page }) => {
  await signIn(page);
  await begin(page, 'drag');
  await search(page).fill('host.load.one');
  await expect(page.locator('.edit-catalogue .lines .line:not(.group)')).toHaveCount(1);
  const from = (await row(page, 'host.load.one').locator('.hold').boundingBox())!;
  const grid = (await page.locator('.canvas').boundingBox())!;
  const take = async () => {
    await page.mouse.move(from.x + 30, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(grid.x + 200, grid.y + 30, { steps: 4 });
    await page.mouse.move(grid.x + grid.width - 120, grid.y + 30, { steps: 4 });
    await expect(page.locator('.placeholder')).toBeVisible();
  };
  await take();
  await page.keyboard.press('Escape');
  await expect(page.locator('.placeholder')).toHaveCount(0);
  await page.mouse.up();
  await expect(widgets(page)).toHaveCount(0);
  await take();
  await page.mouse.up();
  await expect(widgets(page)).toHaveCount(1);
  await expect.poll(() => widgets(page).first().getAttribute('style')).toMatch(/--x:[6-9];--y:0;/);
});

test('on a phone catalogue and panel come up from below', async ({ page }) => {
  await signIn(page);
  await page.setViewportSize(NARROW);
  await begin(page, 'phone', false);
  await page.getByRole('button', { name: 'Add a widget' }).click();
  await search(page).fill('host.load.one');
  await row(page, 'host.load.one').click();
  await catalogue(page).getByRole('button', { name: 'Lines', exact: true }).click();
  await expect(page.locator('.toast')).toContainText('is added as Lines');
  await inBothThemes(page, 'the catalogue on a phone');
  await page.getByRole('button', { name: 'Options', exact: true }).click();
  await panel(page).getByLabel('Title', { exact: true }).fill('Load');
  await inBothThemes(page, 'the panel on a phone');
  await panel(page).getByRole('button', { name: 'Close the options' }).click();
  await expect(panel(page)).toBeHidden();
  await expect(widgets(page).getByRole('heading', { name: 'Load' })).toBeVisible();
});
