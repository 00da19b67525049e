// At any width of the window and with text of twice the size, every page and what opens over it is whole:
// nothing scrolls sideways, is cut without saying so, or lies on something else.
import { choose } from './charts';
import { expect, test } from './fixtures';
import { laidOut, textSize } from './audit';
import { WITH_ADMIN, addToken, addUser, curlEvent, hydrated, live, signIn } from './people';
import type { Page } from '@playwright/test';

test.use({ serverEnv: WITH_ADMIN });
test.describe.configure({ timeout: 120_000 });

const SOON = { timeout: 20_000 };
// 720 px are 1440 px at 200 % as well. What opens over a dashboard is looked at where the page changes.
const WIDE = [1024, 1440];
const NARROW = [720, 320];
const ALL = [2560, 1440, 1024, 720, 390, 320];
const PHONES = [390, 320];

async function atWidths(page: Page, what: string, widths: number[]): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await laidOut(page, `${what}, ${width} px`);
  }
}

/** Opens what there is over the dashboard System one after the other, at each of the widths. */
async function overDashboard(page: Page, widths: number[]): Promise<void> {
  const cpu = page.locator('[data-widget="cpu"]');
  const all: [string, () => Promise<void>, () => Promise<void>][] = [
    ['time picker', () => page.keyboard.press('t'), () => page.keyboard.press('Escape')],
    ['keys', () => page.keyboard.press('?'), () => page.keyboard.press('Escape')],
    ['account', () => page.locator('.account summary').click(), () => page.keyboard.press('Escape')],
    ['dashboards', () => page.locator('.bar :is(.picker, .nav-menu) > summary:visible').click(), () => page.keyboard.press('Escape')],
    ['menu of a widget', () => cpu.locator('.more-button').click(), () => page.keyboard.press('Escape')],
    ['table', () => choose(page, 'cpu', 'Show as table'), () => choose(page, 'cpu', 'Show as chart')],
    ['full screen', () => choose(page, 'cpu', 'Full screen'), () => page.keyboard.press('Escape')],
    ['edit mode', () => page.locator('.bar').getByRole('button', { name: 'Edit' }).click(), () => page.locator('.bar').getByRole('button', { name: 'Done' }).click()],
  ];
  await page.setViewportSize({ width: widths[0]!, height: 900 });
  for (const [what, open, close] of all) {
    await open();
    await atWidths(page, what, widths);
    await page.setViewportSize({ width: widths[0]!, height: 900 });
    await close();
  }
}

test('dashboards and what opens over them are whole at any width', async ({ page, server }) => {
  await signIn(page);
  const secret = await addToken(page);
  const message = 'The payment provider answers slowly: 12 of the last 20 requests took longer than two seconds';
  await curlEvent(server, secret, { name: 'log.message', metadata: { level: 'warn', message, source: 'payments-worker-7' } });
  await overDashboard(page, WIDE);
  await overDashboard(page, NARROW);
  await page.goto('/d/gallery');
  await hydrated(page);
  await live(page);
  await expect(page.locator('[data-widget="routes"] tbody tr').first()).toBeVisible(SOON);
  await atWidths(page, 'gallery', ALL);
});

test('lists, forms and pages without data are whole at any width', async ({ page, problems }) => {
  problems.allow(/40[14]/);
  await signIn(page);
  await addToken(page);
  await addUser(page, 'maximiliane.von-und-zu-hohenstein', 'correct horse battery', ['viewer', 'admin']);
  for (const path of ['/metrics-list', '/d/no-such-dashboard', '/?from=1700000000000&to=1700000600000', '/admin/visibility', '/admin/audit', '/as/viewer/d/system']) {
    await page.goto(path);
    await hydrated(page);
    await atWidths(page, path, ALL);
  }
  for (const path of ['people', 'roles', 'tokens']) {
    await page.goto(`/admin/${path}`);
    await hydrated(page);
    await atWidths(page, path, [1024, ...NARROW]);
    await expect(async () => {
      await page.keyboard.press('n');
      await expect(page.locator('#panel-title')).toBeVisible({ timeout: 200 });
    }).toPass();
    await atWidths(page, `${path}, new`, [320, 720, 1024]);
  }
  await page.request.delete('/api/session');
  for (const path of ['/sign-in', '/setup/used']) {
    await page.goto(path);
    await atWidths(page, path, [...WIDE, ...NARROW]);
  }
});

test('text of twice the size makes everything that holds it grow, and nothing is wider than a phone', async ({ page, problems }) => {
  problems.allow(/40[14]/);
  await textSize(page, 200);
  await signIn(page);
  const small = await page.locator('.widget h2').first().evaluate((h2) => parseFloat(getComputedStyle(h2).fontSize));
  expect(small).toBeGreaterThanOrEqual(24);
  // What is out of sight is not drawn.
  await page.locator('[data-widget="cpu"]').scrollIntoViewIfNeeded();
  await expect(page.locator('[data-widget="cpu"] .axes text').first()).toHaveCSS('font-size', '22px');
  await overDashboard(page, [1440]);
  await overDashboard(page, PHONES);
  await addToken(page);
  await page.request.post('/api/admin/invitations', { data: { roles: ['viewer'], note: 'for the new colleague in operations', hours: 72 } });
  const admin = ['visibility', 'audit', 'roles', 'tokens', 'sessions', 'invitations', 'people'].map((name) => `/admin/${name}`);
  for (const path of ['/d/gallery', '/metrics-list', '/account', ...admin]) {
    await page.goto(path);
    await hydrated(page);
    await atWidths(page, path, [1024, ...PHONES]);
  }
  await page.keyboard.press('n');
  await expect(page.locator('#panel-title')).toBeVisible();
  await atWidths(page, 'a new person', PHONES);
  await page.request.delete('/api/session');
  await page.goto('/sign-in');
  await atWidths(page, 'sign-in', PHONES);
});
