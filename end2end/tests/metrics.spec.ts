// The page Metrics: every metric, found, sorted, opened and live, by mouse, keyboard and finger.
import { everywhere } from './accessible';
import { expect, test } from './fixtures';
import { signIn, WITH_ADMIN } from './people';
import type { Page } from '@playwright/test';

test.use({ serverEnv: WITH_ADMIN });

const table = (page: Page) => page.getByRole('grid', { name: 'Metrics' });
const row = (page: Page, name: string) => page.locator(`[id="row-${name}"]`);
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search metrics' });

async function open(page: Page, query = ''): Promise<void> {
  await page.goto(`/metrics-list${query}`);
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
}

test('the navigation leads there, and one stream brings the newest values', async ({ page }) => {
  await signIn(page);
  const streams: string[] = [];
  const pasts: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/api/stream') streams.push(url.search);
    if (url.pathname === '/api/history/columns') pasts.push(url.searchParams.get('metrics') ?? '');
  });
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Metrics' }).click();
  await expect(page).toHaveTitle('Metrics · Pulseboard');
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  await search(page).fill('process.');
  const value = row(page, 'process.uptime').locator('.newest .value');
  await expect(value).toHaveText(/\d/);
  // It is another one each second, whatever the machine does.
  const before = await value.textContent();
  await expect.poll(() => value.textContent(), { timeout: 20_000 }).not.toBe(before);
  expect(streams).toEqual(['?rate=1']);
  expect(pasts).toEqual([]);

  await row(page, 'process.uptime').click();
  await expect(page.getByRole('heading', { name: 'process.uptime' })).toBeVisible();
  await expect(page.locator('.metric [data-state="shown"]').first()).toBeVisible();
  expect(new Set(pasts)).toEqual(new Set(['process.uptime']));
  expect(streams).toEqual(['?rate=1']);
});

test('search and what is open are in the address', async ({ page }) => {
  await signIn(page);
  await open(page);
  await search(page).fill('memory');
  await expect(page).toHaveURL(/\?q=memory$/);
  await expect(row(page, 'host.memory.used')).toBeVisible();
  await expect(row(page, 'host.cpu.usage')).toHaveCount(0);
  await row(page, 'host.memory.used').click();
  await expect(page).toHaveURL(/q=memory&metric=host\.memory\.used$/);
  await page.reload();
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  await expect(search(page)).toHaveValue('memory');
  await expect(page.getByRole('heading', { name: 'host.memory.used' })).toBeVisible();
  await expect(page.locator('.metric [data-state="shown"]').first()).toBeVisible();
  await test.step('its charts have the menu that those of a dashboard have', async () => {
    const chart = page.locator('.metric .widget').first();
    const menu = chart.getByRole('button', { name: /^Actions of / });
    await menu.click();
    const offered = await chart.getByRole('menu').locator('button').allTextContents();
    expect(offered).toEqual(['Full screen', 'Show as table', 'Log scale', 'Band from min to max', 'Copy as PNG', 'Download PNG', 'Download CSV']);
    await chart.getByRole('menuitem', { name: 'Show as table' }).click();
    await expect(chart.locator('.points tbody tr').first()).toBeVisible();
    await menu.click();
    await chart.getByRole('menuitem', { name: 'Show as chart' }).click();
    await menu.click();
    await chart.getByRole('menuitem', { name: 'Full screen' }).click();
    await expect.poll(async () => (await chart.boundingBox())!.width).toBe(page.viewportSize()!.width);
    await page.keyboard.press('Escape');
    await expect.poll(async () => (await chart.boundingBox())!.width).toBeLessThan(900);
  });
  await page.keyboard.press('Escape');
  await expect(page.locator('.metric')).toHaveCount(0);
  await search(page).fill('no such metric');
  await expect(page.getByText('No matches for “no such metric”.')).toBeVisible();
});

test('sorting is said, and few rows are in the page', async ({ page }) => {
  await signIn(page);
  await open(page);
  const names = () => page.locator('.lines .name a').allTextContents();
  const head = page.getByRole('columnheader', { name: 'Metric' });
  await expect(head).toHaveAttribute('aria-sort', 'none');
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  const up = await names();
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  expect(await names()).not.toEqual(up);
  const all = Number(await table(page).getAttribute('aria-rowcount'));
  const there = await page.locator('.lines .line').count();
  expect(there).toBeLessThanOrEqual(Math.min(all, 40));
});

test('keys lead through the table', async ({ page }) => {
  await signIn(page);
  await open(page);
  await table(page).focus();
  const current = () => table(page).getAttribute('aria-activedescendant');
  await page.keyboard.press('ArrowDown');
  const first = await current();
  expect(first).toMatch(/^row-/);
  await page.keyboard.press('ArrowDown');
  expect(await current()).not.toBe(first);
  await page.keyboard.press('End');
  const last = await current();
  await expect(page.locator(`[id="${last}"]`)).toBeInViewport();
  await page.keyboard.press('Home');
  expect(await current()).toBe(first);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: first!.replace('row-', ''), exact: true })).toBeVisible();
  await page.keyboard.press('/');
  await expect(search(page)).toBeFocused();
});

test('accessible in both themes, wide and on a phone', async ({ page }) => {
  test.slow();
  await signIn(page);
  await open(page, '?metric=host.cpu.usage');
  await everywhere(page, 'metrics');
});

test('on a phone the list and the charts fill the page, one at a time', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page);
  await page.getByTitle('Menu').click();
  await page.locator('.nav-menu').getByRole('link', { name: 'Metrics' }).click();
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBe(390);
  await row(page, await page.locator('.lines .name a').first().textContent().then((name) => name!)).click();
  await expect(page.locator('.metric')).toBeVisible();
  await expect(table(page)).toBeHidden();
  expect(await width()).toBe(390);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(table(page)).toBeVisible();
});
