// Arranging without a mouse: by keyboard and by finger; undo; what the bar offers.
import { expect, test } from './fixtures';
import { ink } from './canvas';
import { ADMIN_PASSWORD, live, signIn, WITH_ADMIN } from './people';
import { chooseSpan, shownTime } from './time';

test.use({ serverEnv: WITH_ADMIN });

test('by keyboard, with undo and redo', async ({ page }) => {
  await signIn(page);
  const box = (id: string) => page.locator(`[data-widget="${id}"]`).evaluate((e) => e.getAttribute('style')!.replace(/;?$/, ';'));
  const before = await box('memory');
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Move Memory', exact: true }).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => box('memory')).toContain('--x:1;');
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(() => box('memory')).toContain('--w:4;');
  await expect(page.locator('p[role=status].unseen')).toHaveText(/Memory: column 2, row \d+, 4 wide/);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect.poll(() => box('memory')).toBe(before);
  await page.keyboard.press('Control+y');
  await expect.poll(() => box('memory')).toContain('--x:1;');
  await page.getByRole('button', { name: 'Move Memory', exact: true }).focus();
  await page.keyboard.press('Delete');
  await expect(page.locator('[data-widget="memory"]')).toBeHidden();
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect.poll(() => box('memory')).toBe(before);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Edit' })).toBeVisible();
});

test('Escape puts a dragged widget back', async ({ page }) => {
  await signIn(page);
  const widget = page.locator('[data-widget="memory"]');
  const before = await widget.boundingBox();
  await page.getByRole('button', { name: 'Edit' }).click();
  const handle = (await page.getByRole('button', { name: 'Move Memory', exact: true }).boundingBox())!;
  await page.mouse.move(handle.x + 8, handle.y + 8);
  await page.mouse.down();
  await page.mouse.move(handle.x + 500, handle.y + 300, { steps: 5 });
  expect((await widget.boundingBox())!.x).toBeGreaterThan(before!.x + 300);
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect.poll(() => widget.boundingBox()).toEqual(before);
});

test('pause stops the picture, resuming catches up', async ({ page }) => {
  await signIn(page);
  await expect.poll(async () => (await ink(page, 'cpu')).columns.length).toBeGreaterThan(4);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'paused');
  await page.waitForTimeout(300);
  const paused = await ink(page, 'cpu');
  await page.waitForTimeout(2500);
  expect((await ink(page, 'cpu')).hash).toBe(paused.hash);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(async () => (await ink(page, 'cpu')).columns.length).toBeGreaterThan(paused.columns.length + 2);
});

test('a chosen range stays', async ({ page }) => {
  await signIn(page);
  await chooseSpan(page, 'Last 15 minutes');
  await live(page);
  const saved = page.waitForResponse((r) => r.url().endsWith('/api/preferences') && r.request().method() === 'PUT');
  await chooseSpan(page, 'Last minute');
  expect((await saved).ok()).toBeTruthy();
  await page.waitForTimeout(500);
  await page.reload();
  await live(page);
  await expect(shownTime(page)).toHaveText(/Last minute/);
});

test('signing out ends the session', async ({ page, problems }) => {
  problems.allow(/401/);
  await signIn(page);
  await page.getByLabel('Account of admin').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/sign-in/);
  expect((await page.request.get('/api/me')).status()).toBe(401);
  await test.step('Back shows no dashboard', async () => {
    await page.goBack();
    await expect(page).toHaveURL(/sign-in/);
    await expect(page.locator('.board')).toHaveCount(0);
  });
  await page.goto('/');
  await expect(page).toHaveURL(/sign-in/);
});

test('a session that ended leads back to where one was, with what was not saved', async ({ page, context, problems }) => {
  problems.allow(/401/);
  await signIn(page);
  await page.goto('/?range=60');
  await live(page);
  await page.getByRole('button', { name: 'Edit' }).click();
  await context.clearCookies();
  await page.getByRole('button', { name: 'Hide Undeclared, rejected or lost' }).click();
  await expect(page).toHaveURL(/sign-in\?ended=1/);
  await expect(page.getByText('Your session ended')).toBeVisible();
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password').fill(ADMIN_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await live(page);
  await expect(page).toHaveURL(/\/\?range=60$/);
  await expect(page.getByRole('button', { name: 'Done' })).toBeVisible();
  await expect(page.locator('[data-widget="undeclared"]')).toBeHidden();
  await expect(page.locator('[data-saving="saved"]')).toBeVisible();
  expect(await page.evaluate(() => scrollY)).toBeGreaterThan(100);

  await test.step('signing out works without a session, too', async () => {
    await context.clearCookies();
    await page.getByLabel('Account of admin').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/sign-in$/);
  });
});

test('what could not be saved is said after Done, and saved later', async ({ page, problems }) => {
  problems.allow(/ERR_FAILED/);
  await signIn(page);
  await page.route('**/api/preferences/**', (route) => route.abort());
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('button', { name: 'Hide Load' }).click();
  const banner = page.getByRole('alert').filter({ hasText: 'not saved yet' });
  await expect(banner).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(banner).toContainText('No answer from the server');
  // Until it is saved the browser asks before it closes the page.
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await expect(banner).toBeVisible();
  await page.unroute('**/api/preferences/**');
  await expect(banner).toHaveCount(0, { timeout: 15_000 });
  const asks = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
  await expect.poll(asks).toBe(false);
  await page.reload();
  await live(page);
  await expect(page.locator('[data-widget="load"]')).toBeHidden();
});

test('a wrong password says so', async ({ page, problems }) => {
  problems.allow(/401/);
  await page.goto('/sign-in');
  await page.waitForLoadState('networkidle');
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password').fill('wrong-password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText(/wrong/i);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

  test('a finger moves a widget, and the charts are sharp', async ({ page }) => {
    await signIn(page);
    const sharp = await page.locator('[data-widget="cpu"] canvas.data').evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      return canvas.width / canvas.getBoundingClientRect().width;
    });
    expect(sharp).toBeCloseTo(2, 1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

    const order = () =>
      page.locator('[data-widget]').evaluateAll((all) =>
        all
          .map((e) => [e.getAttribute('data-widget'), e.getBoundingClientRect()] as const)
          .sort((a, b) => a[1].top - b[1].top || a[1].left - b[1].left)
          .map(([id]) => id),
      );
    expect((await order()).slice(0, 2)).toEqual(['memory', 'load']);
    await page.getByRole('button', { name: 'Edit' }).tap();
    const from = (await page.getByRole('button', { name: 'Move Memory', exact: true }).boundingBox())!;
    const to = (await page.locator('[data-widget="load"]').boundingBox())!;
    const client = await page.context().newCDPSession(page);
    const touch = (type: string, x: number, y: number) =>
      client.send('Input.dispatchTouchEvent', {
        type: type as 'touchStart',
        touchPoints: type === 'touchEnd' ? [] : [{ x, y }],
      });
    await touch('touchStart', from.x + 10, from.y + 10);
    await touch('touchMove', from.x + 60, from.y + 15);
    await touch('touchMove', to.x + to.width / 2, to.y + to.height / 2);
    await touch('touchEnd', 0, 0);
    await expect(page.locator('[data-saving="saved"]')).toHaveCount(1);
    expect((await order())[0]).not.toBe('memory');
    // The desktop stays as it was.
    await page.setViewportSize({ width: 1440, height: 900 });
    await expect.poll(async () => (await order())[0]).toBe('memory');
  });
});
