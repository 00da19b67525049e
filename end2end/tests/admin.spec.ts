// What admins do in the browser, by keyboard alone, and what the people whom it is about see of it.
import { accessible, inBothThemes } from './accessible';
import { expect, test } from './fixtures';
import { addToken, addUser, hydrated, live, signIn, WITH_ADMIN } from './people';

test.use({ serverEnv: WITH_ADMIN });

const PASSWORD = 'correct horse battery';

test('an admin narrows a role in the matrix, and its people see less at once', async ({ page, browser, server, problems }) => {
  await signIn(page);
  const role = { name: 'shop', version: 0, metrics: [{ pattern: '*' }] };
  expect((await page.request.put('/api/admin/roles/shop', { data: role })).ok()).toBeTruthy();
  await addUser(page, 'vera', PASSWORD, ['shop']);
  const context = await browser.newContext({ baseURL: server.url });
  const viewer = await context.newPage();
  problems.watch(viewer);
  await signIn(viewer, 'vera', PASSWORD);
  await live(viewer);
  const value = viewer.locator('[data-widget="memory"] .value b');
  await expect(value).toHaveText(/\d/);

  // By keyboard alone: search, into the matrix, down to the metric, and Space.
  await page.goto('/admin/visibility');
  await hydrated(page);
  const search = page.getByRole('searchbox', { name: 'Search metrics' });
  await expect(async () => {
    await page.keyboard.press('/');
    await expect(search).toBeFocused({ timeout: 200 });
  }).toPass();
  await page.keyboard.type('host.memory');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('grid', { name: 'Roles and metrics' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.cell.current')).toHaveAttribute('aria-label', /^shop, .*: allowed$/);
  await page.keyboard.press('Space');
  await expect(page.locator('.cell.current')).toHaveAttribute('aria-label', /^shop, .*: not allowed$/);
  // The open page says so at once, and nothing in it names the metric any more.
  const widget = viewer.locator('[data-widget="memory"]');
  await expect(widget).toContainText('Not visible for your role', { timeout: 3_000 });
  await expect(viewer.locator('[data-widget="memory-over-time"]')).toContainText('Not visible for your role');
  await expect.poll(() => viewer.locator('main').innerHTML()).not.toContain('host.memory');
  await expect(page.getByText('Every change is saved')).toBeVisible();
  const other = await context.newPage();
  await other.goto('/');
  await expect(other.locator('[data-widget="memory-over-time"]')).toContainText('Not visible for your role');
  await other.close();
  // The admin sees the same as people of the role, changes nothing there, and comes back to the same page.
  const preview = await page.context().newPage();
  problems.watch(preview);
  await preview.goto('/as/shop/d/system');
  await expect(preview.locator('[data-widget="load"] .value b')).toHaveText(/\d/);
  await expect(preview.locator('[data-widget="memory"]')).toContainText('Not visible for your role');
  expect(await preview.content()).not.toContain('host.memory');
  await expect(preview.getByRole('button', { name: 'Edit' })).toHaveCount(0);
  await inBothThemes(preview, 'a preview');
  await preview.getByRole('link', { name: 'Leave preview' }).click();
  await expect(preview).toHaveURL(/\/d\/system$/);
  await expect(preview.getByRole('button', { name: 'Edit' })).toBeVisible();
  await preview.close();
  await page.keyboard.press('Control+z');
  await expect(value).toHaveText(/\d/, { timeout: 3_000 });
  await expect(widget).not.toContainText('Not visible for your role');
  expect((await page.request.get('/api/dashboards/system')).ok()).toBeTruthy();
  await context.close();
});

test('an admin sets defaults of a role by keyboard, they hold, and edits survive another save', async ({ page, browser, server, problems }) => {
  problems.allow(/status of 409/);
  await signIn(page);
  const role = { name: 'shop', version: 0, metrics: [{ pattern: '*' }] };
  const path = '/api/admin/roles/shop';
  expect((await page.request.put(path, { data: role })).ok()).toBeTruthy();
  await addUser(page, 'vera', PASSWORD, ['shop']);
  await page.goto('/admin/roles');
  await hydrated(page);
  const open = async () => {
    await page.locator('#row-shop').click();
    await expect(page.locator('#panel-title')).toHaveText('shop');
  };
  await open();
  await page.getByLabel('Opens first').selectOption('gallery');
  const add = page.getByLabel('Add a dashboard');
  await add.selectOption('system');
  await add.selectOption('gallery');
  await page.getByRole('checkbox', { name: 'Memory' }).check();
  // The focus stays with what is moved.
  await page.getByRole('button', { name: 'Move Gallery up' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Move Gallery up' })).toBeFocused();
  await expect(page.locator('.ordered li').first()).toContainText('Gallery');
  await accessible(page, 'defaults of a role');
  // Somebody else saves the role meanwhile: what was changed here stays, and goes over it.
  const current = await (await page.request.get(path)).json();
  const other = await page.request.put(path, { data: { ...current, description: 'theirs' } });
  expect(other.ok()).toBeTruthy();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('.conflict')).toContainText('Changed by');
  await expect(page.locator('.conflict')).toContainText('theirs');
  await accessible(page, 'a conflict');
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await expect(page.locator('#panel-title')).toHaveCount(0);
  const saved = await (await page.request.get(path)).json();
  expect(saved.defaults).toEqual({ home: 'gallery', order: ['gallery', 'system'], muted: ['Memory'] });
  const context = await browser.newContext({ baseURL: server.url });
  const viewer = await context.newPage();
  problems.watch(viewer);
  await signIn(viewer, 'vera', PASSWORD);
  await expect(viewer.locator('h1')).toHaveText('Gallery');
  await viewer.goto('/metrics-list');
  await hydrated(viewer);
  await expect(viewer.locator('.muted-note')).toContainText('1 category muted for your role');
  const used = viewer.getByRole('link', { name: 'host.memory.used' });
  await viewer.getByRole('searchbox', { name: 'Search metrics' }).fill('host.memory.used');
  await expect(viewer.getByRole('link', { name: 'host.cpu.usage' })).toHaveCount(0);
  await expect(used).toHaveCount(0);
  await viewer.locator('.muted-note').getByRole('button', { name: 'Show' }).click();
  await expect(viewer.locator('.muted-note').getByRole('button', { name: 'Hide' })).toBeVisible();
  await expect(used).toBeVisible();
  await context.close();
});

test('pages for admins are accessible, give the focus back, and are not offered to others', async ({ page, problems }) => {
  test.setTimeout(180_000);
  await signIn(page);
  await addToken(page);
  for (const path of ['people', 'roles', 'visibility', 'tokens']) {
    await page.goto(`/admin/${path}`);
    await hydrated(page);
    await inBothThemes(page, path);
    if (path === 'visibility') continue;
    await expect(async () => {
      await page.keyboard.press('n');
      await expect(page.locator('#panel-title')).toBeVisible({ timeout: 200 });
    }).toPass();
    await inBothThemes(page, `${path}, new`);
    if (path === 'tokens') {
      problems.allow(/status of 422/);
      const owner = page.getByLabel(/^Owner/);
      await page.getByLabel(/^Name/).fill('lost');
      await owner.fill('nobody at all');
      await page.getByLabel(/^Name/).press('Enter');
      await expect(page.getByRole('alert').filter({ hasText: 'no user of this name' })).toBeVisible();
      await expect(owner).toBeFocused();
    }
    await page.keyboard.press('Escape');
    await expect(page.locator('.list > .top .primary')).toBeFocused();
  }
  await addUser(page, 'vera', PASSWORD, ['viewer']);
  await page.request.delete('/api/session');
  await signIn(page, 'vera', PASSWORD);
  await expect(page.getByRole('link', { name: 'Admin' })).toHaveCount(0);
  expect((await page.request.get('/admin/people')).status()).toBe(403);
});
