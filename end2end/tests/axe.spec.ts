// Every page, and everything that opens over it, is accessible in both themes and on a narrow screen.
import { NARROW, accessible, everywhere, inBothThemes } from './accessible';
import { choose, plot, still } from './charts';
import { expect, test } from './fixtures';
import { WITH_ADMIN, addToken, curlEvent, hydrated, live, signIn } from './people';
import { openPicker } from './time';

// Many looks at whole pages, each of which takes a second or two.
test.describe.configure({ timeout: 180_000 });

test.describe('the first page of all', () => {
  test('making the first admin', async ({ page, server }) => {
    await page.goto(await server.firstAdminLink());
    await expect(page.getByRole('heading')).toBeVisible();
    await everywhere(page, 'setup');
  });
});

test.describe('with people', () => {
  test.use({ serverEnv: WITH_ADMIN });

  test('the audit log, closed and open', async ({ page }) => {
    await signIn(page);
    await addToken(page);
    await page.goto('/admin/audit');
    await hydrated(page);
    const added = page.getByRole('row', { name: /Token added/ });
    await expect(added).toBeVisible();
    await everywhere(page, 'audit log');
    await added.click();
    await expect(page.locator('.states')).toContainText('ingest');
    await everywhere(page, 'an entry of the audit log');
    await page.keyboard.press('Escape');
    // The server filters, and both files are of what is left.
    await page.getByRole('combobox', { name: 'What' }).selectOption('signed_in');
    await expect(added).toHaveCount(0);
    await expect(page.getByRole('row', { name: /Signed in/ }).first()).toBeVisible();
    const csv = await page.request.get((await page.getByRole('link', { name: 'CSV' }).getAttribute('href'))!);
    expect(await csv.text()).toMatch(/^id,time_ms,[^\n]*\r\n[^\n]*,signed_in,/);
    const json = await page.request.get((await page.getByRole('link', { name: 'JSON' }).getAttribute('href'))!);
    expect((await json.json()).every((entry: { what: string }) => entry.what === 'signed_in')).toBe(true);
  });

  test('signing in, and what is not there', async ({ page, problems }) => {
    problems.allow(/40[14]/);
    await page.goto('/sign-in');
    await everywhere(page, 'sign-in');
    await page.getByLabel('Name').fill('admin');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).not.toBeEmpty();
    await everywhere(page, 'sign-in refused');
    await signIn(page);
    await page.goto('/d/no-such-dashboard');
    await expect(page.getByRole('heading')).toContainText('There is no such page');
    await everywhere(page, 'missing');
  });

  test('the dashboard System', async ({ page }) => {
    await signIn(page);
    await still(page, 'cpu', 'memory-over-time');
    await everywhere(page, 'System');
  });

  test('the dashboard Gallery', async ({ page, server }) => {
    test.slow();
    await signIn(page);
    const secret = await addToken(page);
    for (const level of ['info', 'warn', 'error']) {
      await curlEvent(server, secret, { name: 'log.message', metadata: { level, message: 'begins', source: 'shop' } });
    }
    await page.goto('/d/gallery');
    await hydrated(page);
    await live(page);
    await page.locator('[data-widget="routes"] tbody tr').first().waitFor();
    await page.locator('[data-widget="events"] .events li').first().waitFor();
    await everywhere(page, 'Gallery');
    for (const widget of ['classes', 'times', 'times-over-time', 'health']) {
      await choose(page, widget, 'Show as table');
      await expect(page.locator(`[data-widget="${widget}"] .points tbody tr`).first()).toBeVisible();
    }
    await inBothThemes(page, 'tables');
  });

  test('what opens over a dashboard', async ({ page }) => {
    test.slow();
    await signIn(page);
    await still(page, 'cpu', 'memory-over-time');

    const box = await plot(page, 'cpu');
    await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2);
    await expect(page.locator('[data-widget="cpu"] .tooltip')).toBeVisible();
    await inBothThemes(page, 'tooltip');
    await page.mouse.move(5, 5);

    await page.getByTitle('Choose a dashboard').click();
    await expect(page.getByRole('link', { name: 'Gallery' })).toBeVisible();
    await inBothThemes(page, 'dashboards');
    await page.getByTitle('Choose a dashboard').click();

    await page.locator('.account summary').click();
    await inBothThemes(page, 'account');
    await page.locator('.account summary').click();

    await openPicker(page);
    await inBothThemes(page, 'time picker');
    await page.keyboard.press('Escape');

    await page.locator('[data-widget="cpu"]').hover({ position: { x: 30, y: 14 } });
    await page.locator('[data-widget="cpu"] .more-button').click();
    await expect(page.locator('[data-widget="cpu"] [role=menu]')).toBeVisible();
    await inBothThemes(page, 'menu');
    await page.keyboard.press('Escape');

    await choose(page, 'cpu', 'Show as table');
    await expect(page.locator('[data-widget="cpu"] .points tbody tr').first()).toBeVisible();
    await inBothThemes(page, 'table');
    await choose(page, 'cpu', 'Show as chart');

    await choose(page, 'cpu', 'Full screen');
    await expect(page.locator('.widget.full')).toBeVisible();
    await everywhere(page, 'full screen');
    await page.keyboard.press('Escape');

    await page.keyboard.press('?');
    await expect(page.locator('.sheet.keys')).toBeVisible();
    await everywhere(page, 'keys');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Hide Memory', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Show Memory', exact: true })).toBeVisible();
    await everywhere(page, 'edit mode');
  });
});

test.describe('on a touch screen', () => {
  test.use({ serverEnv: WITH_ADMIN, viewport: NARROW, hasTouch: true, isMobile: true });

  test('what opens over a dashboard', async ({ page }) => {
    await signIn(page);
    await openPicker(page);
    await inBothThemes(page, 'time picker');
    await page.keyboard.press('Escape');
    await page.locator('[data-widget="cpu"] .more-button').tap();
    await expect(page.locator('[data-widget="cpu"] [role=menu]')).toBeVisible();
    await inBothThemes(page, 'menu');
  });
});
