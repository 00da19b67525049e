// A tab that was open while the server got another build of the page.
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test as base, WHILE_DOWN } from './fixtures';
import { live, signIn, WITH_ADMIN } from './people';
import { Server, SITE } from './server';

/** A server with a site of its own, which a test may change. */
const test = base.extend<{ site: string }>({
  site: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'pulseboard-site-'));
    await cp(SITE, folder, { recursive: true });
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  server: async ({ site }, use) => {
    const server = await Server.start({ ...WITH_ADMIN, LEPTOS_SITE_ROOT: site });
    await use(server);
    await server.remove();
  },
});

test.beforeEach(({ problems }) => problems.allow(WHILE_DOWN, /404/));

/** Puts another style into the site, as an upgrade does. */
async function upgrade(server: Server, site: string, style: string): Promise<void> {
  await server.stop();
  const pkg = join(site, 'pkg');
  const packed = (await readdir(pkg)).filter((name) => name.startsWith('pulseboard.css.'));
  await Promise.all(packed.map((name) => rm(join(pkg, name))));
  await writeFile(join(pkg, 'pulseboard.css'), style);
  await server.restart();
}

const build = (page: Page) => page.locator('html').getAttribute('data-build');

/** Counts the documents that a page loads from now on. */
function documents(page: Page): () => number {
  let count = 0;
  page.on('request', (request) => (count += Number(request.isNavigationRequest())));
  return () => count;
}

test('it reloads itself, once for each upgrade', async ({ page, server, site }) => {
  await signIn(page);
  for (const style of ['/* one */', '/* two */']) {
    const before = await build(page);
    const loaded = documents(page);
    await upgrade(server, site, style);
    await expect.poll(() => build(page).catch(() => before), { timeout: 30_000 }).not.toBe(before);
    await live(page);
    await page.waitForTimeout(2000);
    expect(loaded()).toBe(1);
  }
});

test('it waits while the dashboard is arranged', async ({ page, server, site }) => {
  await signIn(page);
  await page.getByRole('button', { name: 'Edit' }).click();
  const before = await build(page);
  await upgrade(server, site, '/* one */');
  const banner = page.getByRole('alert').filter({ hasText: 'upgraded' });
  await expect(banner).toBeVisible({ timeout: 30_000 });
  expect(await build(page)).toBe(before);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => build(page).catch(() => before)).not.toBe(before);
  await live(page);
  await expect(banner).toHaveCount(0);
});

test('a restart of the same build leaves it alone', async ({ page, server }) => {
  await signIn(page);
  const loaded = documents(page);
  await server.stop();
  await server.restart();
  await expect(page.locator('.connection')).toHaveAttribute('data-status', /reconnecting|stale/);
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live', { timeout: 30_000 });
  expect(loaded()).toBe(0);
});

test('a program that is gone is asked for again once', async ({ page, problems }) => {
  // The second time its error is reported, with an empty stack.
  problems.allow(/ERR_FAILED|Failed to fetch/, /^page: $/);
  await signIn(page);
  const loaded = documents(page);
  // A script is asked for twice in a document: to be there early, and to be run.
  let there = 2;
  await page.route(/\/pkg\/.*\.js/, (route) => (loaded() < there ? route.fulfill({ status: 404 }) : route.continue()));
  await page.goto('/');
  await live(page);
  expect(loaded()).toBe(2);

  there = Infinity;
  await page.evaluate(() => sessionStorage.clear());
  await page.goto('/');
  await page.waitForTimeout(3000);
  expect(loaded()).toBe(4);
});
