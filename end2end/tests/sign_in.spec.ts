// Signing in and making the first admin: forms that need no program of the page, nor scripts.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { ADMIN_PASSWORD, live, WITH_ADMIN } from './people';

const WRONG = 'Name or password is wrong.';

async function fill(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button').click();
}

test.describe('signing in', () => {
  test.use({ serverEnv: WITH_ADMIN });

  for (const scripts of [true, false]) {
    test(`${scripts ? 'with' : 'without'} scripts`, async ({ browser, server, problems }) => {
      problems.allow(/401/);
      const context = await browser.newContext({ javaScriptEnabled: scripts, baseURL: server.url });
      const page = await context.newPage();
      problems.watch(page);
      await page.goto('/d/gallery?range=60');
      await expect(page).toHaveTitle('Sign in · Pulseboard');
      await fill(page, 'admin', 'wrong-password');
      await expect(page.getByRole('alert')).toContainText(/wrong/i);
      await expect(page.getByLabel('Name')).toHaveValue('admin');
      await expect(page.getByRole('button')).toHaveText('Sign in');
      await expect(page.getByLabel('Password')).toBeFocused();
      if (scripts) {
        await page.getByLabel('Show what is typed').check();
        await expect(page.getByLabel('Password')).toHaveAttribute('type', 'text');
        await page.getByLabel('Show what is typed').uncheck();
      }
      await expect(page.getByLabel('Password')).toHaveAttribute('type', 'password');
      await page.getByLabel('Password').fill(ADMIN_PASSWORD);
      await page.getByRole('button').click();
      await expect(page).toHaveURL(/\/d\/gallery\?range=60$/);
      await expect(page).toHaveTitle('Gallery · Pulseboard');
      await context.close();
    });
  }

  test('the button waits for the answer, and comes back without one', async ({ page, problems }) => {
    problems.allow(/ERR_FAILED/);
    await page.goto('/sign-in');
    let give = (): void => {};
    await page.route('**/api/session', async (route) => {
      await new Promise<void>((done) => (give = done));
      await route.abort();
    });
    await fill(page, 'admin', ADMIN_PASSWORD);
    await expect(page.getByRole('button')).toHaveText('One moment…');
    await expect(page.getByRole('button')).toBeDisabled();
    give();
    await expect(page.getByRole('alert')).toContainText('No answer from the server');
    await expect(page.getByRole('button')).toBeEnabled();
    await expect(page.getByLabel('Password')).toHaveValue(ADMIN_PASSWORD);
  });

  test('only to paths of this site', async ({ page }) => {
    await page.goto('/sign-in?next=//evil.example/');
    await fill(page, 'admin', ADMIN_PASSWORD);
    await live(page);
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test('why somebody is here', async ({ page }) => {
    await page.goto('/sign-in?ended=1&next=%2Fd%2Fgallery');
    await expect(page.getByText('Your session ended')).toBeVisible();
    await expect(page.getByRole('alert')).toBeHidden();
    await page.goto('/sign-in?failed=1');
    await expect(page.getByRole('alert')).toHaveText(WRONG);
  });
});

test('the first admin is made without scripts', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  const link = await server.firstAdminLink();
  for (const [path, words] of [
    ['/', 'First admin: http'],
    ['/setup/mistyped', 'This link does not work'],
  ]) {
    await page.goto(path);
    await expect(page.locator('.card')).toContainText(words);
    await expect(page.locator('form')).toHaveCount(0);
  }
  await page.goto(link);
  await fill(page, ' ', 'correct-horse-battery');
  await expect(page.getByRole('alert')).toContainText('No admin was made');
  await fill(page, 'Anna Karlsson', 'correct-horse-battery');
  await expect(page).toHaveTitle('System · Pulseboard');
  await page.goto(link);
  await expect(page.locator('.card')).toContainText('this server has an admin');
  await context.close();
});

test('a name that is not accepted is named', async ({ page, server, problems }) => {
  problems.allow(/422/);
  await page.goto(await server.firstAdminLink());
  await fill(page, ' ', 'correct-horse-battery');
  await expect(page.getByRole('alert')).toContainText(/name/i);
  await expect(page.getByLabel('Name')).toBeFocused();
  await fill(page, 'Anna Karlsson', 'correct-horse-battery');
  await live(page);
});

test.describe('below a path', () => {
  test.use({ serverEnv: { ...WITH_ADMIN, PULSEBOARD_BASE_PATH: '/pulse' } });

  test('pages, files, requests and the stream are all there', async ({ page, server }) => {
    const outside: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (!pathname.startsWith('/pulse/')) outside.push(pathname);
    });
    await page.goto(`${server.url}/pulse/d/gallery?range=60`);
    await fill(page, 'admin', ADMIN_PASSWORD);
    await expect(page).toHaveURL(/\/pulse\/d\/gallery\?range=60$/);
    await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Metrics' }).click();
    await expect(page).toHaveURL(/\/pulse\/metrics-list$/);
    await page.locator('a.brand').click();
    await expect(page).toHaveURL(/\/pulse\/$/);
    await live(page);
    await page.getByLabel('Account of admin').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/pulse\/sign-in$/);
    expect(outside).toEqual([]);
  });
});
