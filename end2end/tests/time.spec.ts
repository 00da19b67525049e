// Any part of time: by its address, the picker, the calendar and keys, in any zone, on any screen.
import { expect, test } from './fixtures';
import { ink } from './canvas';
import { live, signIn, WITH_ADMIN } from './people';
import { chooseSpan, openPicker, shownTime } from './time';
import type { Page } from '@playwright/test';

// A zone whose clocks are not UTC's in any part of the year, and not whole hours apart.
test.use({ serverEnv: WITH_ADMIN, timezoneId: 'Asia/Kolkata' });

const MINUTE = 60_000;

/** Parameters of the address. */
function said(page: Page): Record<string, string> {
  return Object.fromEntries(new URL(page.url()).searchParams);
}

/** A hash of a widget's axes. */
function axes(page: Page, widget: string): Promise<string> {
  return page
    .locator(`[data-widget="${widget}"] canvas.data`)
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

/** How a time is written into a field, as clocks in UTC show it. */
function written(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

test('a link shows what its sender saw', async ({ page, browser, server, problems }) => {
  await signIn(page);
  expect(said(page)).toEqual({});
  await chooseSpan(page, 'Last minute');
  await expect.poll(() => said(page)).toEqual({ range: '60' });
  const picker = await openPicker(page);
  await picker.getByRole('button', { name: 'UTC' }).click();
  await picker.getByLabel('Compare with').selectOption('a day earlier');
  await page.keyboard.press('Escape');
  await expect(picker).toBeHidden();
  // Seconds enough that what the reader gets of them by whole seconds is a line as well.
  await expect.poll(async () => (await ink(page, 'cpu')).columns.length).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect.poll(() => Object.keys(said(page)).sort()).toEqual(['compare', 'from', 'to', 'zone']);
  const [link, words] = [page.url(), await shownTime(page).innerText()];
  expect(words).toContain('UTC');
  expect(words).toContain('vs a day earlier');

  const context = await browser.newContext({ baseURL: server.url, timezoneId: 'America/New_York' });
  const other = await context.newPage();
  problems.watch(other);
  await signIn(other);
  await other.goto(link);
  await expect(shownTime(other)).toHaveText(words);
  await expect(other.locator('.connection')).toHaveAttribute('data-status', 'paused');
  // All of it but a part of the first second: the last one as well, though it was not over when the link was made.
  await expect.poll(async () => (await ink(other, 'cpu')).columns.length).toBeGreaterThan(12);
  expect(other.url()).toBe(link);
  // It goes on as is usual for who opened it, not as long as the sender's.
  await other.keyboard.press('l');
  await expect(other.locator('.connection')).toHaveAttribute('data-status', 'live');
  await context.close();
});

test('back and forward lead through what was shown', async ({ page }) => {
  await signIn(page);
  await chooseSpan(page, 'Last minute');
  await expect.poll(() => said(page)).toEqual({ range: '60' });
  // Changes that follow each other within a third of a second are one, and this is to be another.
  await page.waitForTimeout(400);
  // What follows at once is one change.
  await page.evaluate(() => {
    for (let i = 0; i < 4; i++) document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '[', bubbles: true }));
  });
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'paused');
  await expect.poll(() => Number(said(page).to) - Number(said(page).from)).toBe(MINUTE);
  const words = await shownTime(page).innerText();
  await page.goBack();
  await expect(shownTime(page)).toHaveText(/Last minute/);
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  await page.goForward();
  await expect(shownTime(page)).toHaveText(words);
  await page.goBack();
  await page.goBack();
  await expect(shownTime(page)).toHaveText(/Last 5 minutes/);
  expect(said(page)).toEqual({ range: '300' });
});

test('a time from–to is typed, and what is wrong is named', async ({ page }) => {
  await signIn(page);
  const picker = await openPicker(page);
  await picker.getByRole('button', { name: 'UTC' }).click();
  const [from, to] = [picker.getByLabel('From', { exact: true }), picker.getByLabel('To', { exact: true })];
  const apply = picker.getByRole('button', { name: 'Apply' });
  const problem = picker.locator('#time-problem');
  const wrong = async (first: string, second: string, words: string) => {
    await from.fill(first);
    await to.fill(second);
    await apply.click();
    await expect(problem).toHaveText(words);
    await expect(words.startsWith('From') ? from : to).toHaveAttribute('aria-invalid', 'true');
  };
  await wrong('2026-02-30', '2026-03-01', 'From: Feb has no day 30.');
  await wrong('2025-02-01', 'soon', 'To: write 2026-11-20 16:10, 16:10, yesterday, yesterday 9:00, -2h or now-10m.');
  await wrong('2025-03-01', '2025-02-01', 'To: choose a time after From.');
  await wrong('2025-01-01', '2025-04-01', 'To: at most 31 days after From.');
  await wrong('2999-01-01', '2999-01-02', 'From: this has not happened yet.');
  await from.fill('2025-06-01 12:00');
  await to.fill('2025-06-01 12:30');
  await to.press('Enter');
  await expect(picker).toBeHidden();
  await expect(shownTime(page)).toHaveText(/1 Jun 2025 12:00 – 1 Jun 2025 12:30|1 Jun 2025 12:00 – 12:30/);
  await expect
    .poll(() => said(page))
    .toEqual({ from: `${Date.UTC(2025, 5, 1, 12)}`, to: `${Date.UTC(2025, 5, 1, 12, 30)}`, zone: 'utc' });
  // What ends in the future ends now, and begins where it was asked to.
  const now = Date.now();
  const again = await openPicker(page);
  await again.getByLabel('From', { exact: true }).fill(written(now - 5 * MINUTE));
  await again.getByLabel('To', { exact: true }).fill(written(now + 60 * MINUTE));
  await again.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => said(page).from).toBe(`${Math.floor((now - 5 * MINUTE) / 1000) * 1000}`);
  expect(Number(said(page).to)).toBeLessThan(now + 5 * MINUTE);
  // Up to now goes on.
  const third = await openPicker(page);
  await third.getByLabel('From', { exact: true }).fill('-2h');
  await third.getByLabel('To', { exact: true }).fill('now');
  await third.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => said(page).range).toBe('7200');
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
});

test('days are chosen by keyboard', async ({ page }) => {
  await signIn(page);
  const picker = await openPicker(page);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  const today = picker.locator('td button[aria-current="date"]');
  await expect(today).toHaveCount(1);
  const name = (await today.getAttribute('aria-label'))!;
  await today.focus();
  await page.keyboard.press('PageUp');
  await expect.poll(focused).not.toBe(name);
  const month = await picker.locator('#calendar-month').innerText();
  expect(await focused()).toContain(month);
  await page.keyboard.press('Home');
  await expect(picker.locator('td:first-child button:focus')).toHaveCount(1);
  const first = (await focused())!;
  await page.keyboard.press('Enter');
  const from = picker.getByLabel('From', { exact: true });
  const to = picker.getByLabel('To', { exact: true });
  await expect(from).toHaveValue(/ 00:00:00$/);
  await expect(to).toHaveValue(/ 23:59:59$/);
  expect((await from.inputValue()).slice(0, 10)).toBe((await to.inputValue()).slice(0, 10));
  await page.keyboard.press('ArrowRight');
  await expect.poll(focused).not.toBe(first);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(picker.locator('td[aria-selected="true"]')).toHaveCount(3);
  await picker.getByRole('button', { name: 'Apply' }).click();
  await expect(picker).toBeHidden();
  const { from: start, to: end } = said(page);
  expect(Number(end) - Number(start)).toBe(3 * 24 * 60 * MINUTE - 1000);
  // Midnight in Kolkata is half past six in the evening in UTC.
  expect(new Date(Number(start)).toISOString()).toMatch(/T18:30:00/);
});

test('all times are written in the chosen zone', async ({ page }) => {
  await signIn(page);
  const time = page.locator('[data-widget="events"] time, .events time').first();
  await expect(time).toHaveAttribute('title', /UTC\+5:30$/);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(shownTime(page)).toHaveText(/UTC\+5:30/);
  await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toHaveCount(0);
  const before = await axes(page, 'cpu');
  const picker = await openPicker(page);
  const name = picker.getByLabel('Name of a time zone');
  await name.fill('Mars/Olympus');
  await name.press('Tab');
  await expect(picker.locator('#zone-problem')).toContainText('no time zone “Mars/Olympus”');
  const saved = page.waitForResponse((r) => r.url().endsWith('/api/preferences') && r.request().method() === 'PUT');
  await name.fill('Etc/GMT+5');
  await name.press('Tab');
  expect((await saved).ok()).toBeTruthy();
  await expect(picker.locator('#zone-problem')).toHaveText('');
  await page.keyboard.press('Escape');
  await expect(picker).toBeHidden();
  await expect(time).toHaveAttribute('title', /UTC−5$/);
  await expect(shownTime(page)).toHaveText(/UTC−5/);
  await expect.poll(() => axes(page, 'cpu')).not.toBe(before);
  expect(said(page).zone).toBe('Etc/GMT+5');
  // It is this person's from now on.
  await page.goto('/');
  await live(page);
  await expect(shownTime(page)).toHaveText(/Etc\/GMT\+5/);
});

test('an earlier time is drawn behind', async ({ page }) => {
  await signIn(page);
  await chooseSpan(page, 'Last minute');
  await live(page);
  const seconds = async () => (await ink(page, 'cpu')).columns.length;
  const width = (await ink(page, 'cpu')).width;
  await expect.poll(seconds, { timeout: 40_000 }).toBeGreaterThan((width * 20) / 60);
  await page.keyboard.press('p');
  await expect.poll(() => said(page).to).toBeTruthy();
  const end = Number(said(page).to) - 2_000;
  await page.goto(`/?from=${end - 7_000}&to=${end}`);
  await fetched(page);
  const alone = await settled(page);
  let picker = await openPicker(page);
  await picker.getByLabel('Compare with').selectOption('the time before');
  await page.keyboard.press('Escape');
  await expect(shownTime(page)).toHaveText(/vs the time before/);
  await expect.poll(async () => (await ink(page, 'cpu')).hash).not.toBe(alone);
  picker = await openPicker(page);
  await picker.getByLabel('Compare with').selectOption('nothing');
  await page.keyboard.press('Escape');
  await expect.poll(async () => (await ink(page, 'cpu')).hash).toBe(alone);
});

/** Waits until what a link shows is there. */
async function fetched(page: Page): Promise<void> {
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'paused');
  await expect(shownTime(page)).toHaveAttribute('aria-busy', 'false');
  await expect.poll(async () => (await ink(page, 'cpu')).columns.length).toBeGreaterThan(4);
}

/** The hash of a picture that stands still: the same twice. */
async function settled(page: Page): Promise<number> {
  let before = NaN;
  await expect
    .poll(async () => {
      const { hash } = await ink(page, 'cpu');
      const same = hash === before;
      before = hash;
      return same;
    })
    .toBe(true);
  return before;
}

test('keys move, zoom, pause and go on', async ({ page }) => {
  await signIn(page);
  const status = page.locator('.connection');
  await page.keyboard.press('p');
  await expect(status).toHaveAttribute('data-status', 'paused');
  await page.keyboard.press('l');
  await expect(status).toHaveAttribute('data-status', 'live');
  await expect.poll(() => said(page)).toEqual({ range: '300' });
  // Nothing is later than live.
  await page.keyboard.press(']');
  await expect(status).toHaveAttribute('data-status', 'live');
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(status).toHaveAttribute('data-status', 'paused');
  const span = () => Number(said(page).to) - Number(said(page).from);
  await expect.poll(span).toBe(5 * MINUTE);
  const start = () => Number(said(page).from);
  const at = start();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect.poll(start).toBe(at - 2.5 * MINUTE);
  await page.keyboard.press(']');
  await expect.poll(start).toBe(at);
  await page.keyboard.press('+');
  await expect.poll(span).toBe(2.5 * MINUTE);
  await expect.poll(start).toBe(at + 1.25 * MINUTE);
  await page.keyboard.press('-');
  await expect.poll(span).toBe(5 * MINUTE);
  await page.keyboard.press('t');
  const picker = page.getByRole('dialog', { name: 'Time range' });
  await expect(picker).toBeVisible();
  // Keys in the panel are the panel's.
  await page.keyboard.press('l');
  await expect(status).toHaveAttribute('data-status', 'paused');
  await picker.getByRole('button', { name: 'Back to live' }).click();
  await expect(status).toHaveAttribute('data-status', 'live');
  await picker.getByLabel('Last 5 minutes').focus();
  await page.keyboard.press('ArrowDown');
  await expect(shownTime(page)).toHaveText(/Last 15 minutes/);
  await page.keyboard.press('Enter');
  await expect(picker).toBeHidden();
});

test('Escape leaves the picker, and the focus goes back', async ({ page }) => {
  await signIn(page);
  const picker = await openPicker(page);
  await expect(picker.getByLabel('Last 5 minutes')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(picker).toBeHidden();
  await expect(shownTime(page)).toBeFocused();
  await openPicker(page);
  await page.mouse.click(200, 700);
  await expect(picker).toBeHidden();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });

  test('the picker is a sheet from below', async ({ page }) => {
    await signIn(page);
    await shownTime(page).tap();
    const picker = page.getByRole('dialog', { name: 'Time range' });
    const box = (await picker.boundingBox())!;
    expect([box.x, box.width, Math.round(box.y + box.height)]).toEqual([0, 390, 844]);
    expect(await picker.evaluate((d) => d.scrollWidth <= d.clientWidth)).toBe(true);
    await picker.getByText('Last hour').tap();
    await expect(picker).toBeHidden();
    await expect(shownTime(page)).toHaveText(/Last hour/);
    await page.getByRole('button', { name: 'Pause' }).tap();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBe(390);
    const shown = (await shownTime(page).boundingBox())!;
    expect(shown.x).toBeGreaterThanOrEqual(0);
  });
});
