// Every kind of widget on what the host really measures, and what a person can do in each.
import { expect, test } from './fixtures';
import { WITH_ADMIN, addToken, addUser, curlEvent, hydrated, live, signIn } from './people';
import type { Page } from '@playwright/test';

test.use({ serverEnv: WITH_ADMIN });

/** Pixels that are not clear, of all canvases of a widget. */
async function inked(page: Page, widget: string): Promise<number> {
  return page.locator(`[data-widget="${widget}"] canvas`).evaluateAll((all) => {
    const count = (canvas: HTMLCanvasElement): number => {
      if (canvas.width === 0 || canvas.height === 0) return 0;
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return pixels?.filter((value, i) => i % 4 === 3 && value > 0).length ?? 0;
    };
    return all.map((canvas) => count(canvas as HTMLCanvasElement)).reduce((a, b) => a + b, 0);
  });
}

async function openGallery(page: Page): Promise<void> {
  await signIn(page);
  await page.goto('/d/gallery');
  await hydrated(page);
  await live(page);
}

const GENTLY = { timeout: 20_000 };

test('the gallery is in the picker and shows every kind', async ({ page }) => {
  await signIn(page);
  await page.locator('.picker summary').click();
  await page.getByRole('link', { name: 'Gallery' }).click();
  await expect(page).toHaveTitle('Gallery · Pulseboard');
  await hydrated(page);
  await live(page);
  const widgets = page.locator('article[data-widget]');
  await expect(widgets).toHaveCount(21);
  for (const kind of ['cpu-now', 'memory-now', 'times', 'times-over-time', 'health', 'latency', 'classes']) {
    const widget = page.locator(`[data-widget="${kind}"]`);
    await widget.scrollIntoViewIfNeeded();
    await expect(widget.locator('[data-state]').first(), kind).toHaveAttribute('data-state', 'shown', GENTLY);
    await expect.poll(() => inked(page, kind), { ...GENTLY, message: kind }).toBeGreaterThan(500);
  }
  const cpu = page.locator('[data-widget="cpu-now"]').getByRole('meter', { name: 'CPU' });
  await expect(cpu).toHaveAttribute('aria-valuemax', '100');
  await expect(cpu).toHaveAttribute('aria-valuetext', /\d.%/);
  await expect(page.locator('[data-widget="times"] .legend')).toHaveText(/p50 ≈.*ms.*p95 ≈.*p99 ≈/);
  await expect(page.locator('[data-widget="times"] h2')).toContainText(/\d+ samples/);
  const health = page.locator('[data-widget="health"] .now li');
  await expect(health).toHaveText([/clock: .*fine/, /database: .*fine/, /events: .*fine/, /flush: .*(fine|slow)/, /history: .*fine/]);
  const bars = page.locator('[data-widget="busiest"] .bars');
  await bars.scrollIntoViewIfNeeded();
  await expect(bars).toHaveAttribute('data-state', 'shown', GENTLY);
  await expect(bars.locator('li').first()).toHaveText(/\d.*\/s$/);
  await expect(page.locator('[data-widget="about"] h3')).toHaveText('A gallery');
});

test('a table sorts by any column, with mouse and keyboard', async ({ page }) => {
  await openGallery(page);
  const table = page.locator('[data-widget="routes"]');
  await expect(table.locator('tbody tr').nth(1)).toBeVisible(GENTLY);
  const heads = table.locator('thead th');
  await expect(heads).toHaveText([/route/, /requests.*\/s/, /avg/, /p95/, /errors.*%/]);
  await expect(heads.nth(1)).toHaveAttribute('aria-sort', 'descending');
  await heads.nth(0).getByRole('button').click();
  await expect(heads.nth(0)).toHaveAttribute('aria-sort', 'ascending');
  await expect(heads.nth(1)).toHaveAttribute('aria-sort', 'none');
  const names = async () => table.locator('tbody th').allTextContents();
  const ascending = await names();
  expect(ascending).toEqual([...ascending].sort());
  await heads.nth(0).getByRole('button').press('Enter');
  await expect(heads.nth(0)).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(async () => (await names())[0]).not.toBe(ascending[0]);
  await expect(table.locator('td.sorted')).toHaveCount(0);
  await heads.nth(1).getByRole('button').press('Space');
  await expect(table.locator('td.sorted').first()).toBeVisible();
});

test('events are looked for by level and words', async ({ page, server }) => {
  await openGallery(page);
  const secret = await addToken(page);
  for (const [level, message] of [['info', 'deploy begins'], ['warn', 'disk nearly full'], ['error', 'deploy failed']]) {
    await curlEvent(server, secret, { name: 'log.message', metadata: { level, message, source: 'shop' } });
  }
  const events = page.locator('[data-widget="events"]');
  const rows = events.locator('.events li');
  await expect(rows.filter({ hasText: 'deploy failed' })).toBeVisible();
  await events.getByRole('searchbox').fill('DEPLOY shop');
  await expect(rows).toHaveCount(2);
  await expect(events.locator('h2 small')).toHaveText(/^2 of \d+$/);
  await events.getByRole('combobox').selectOption('Errors');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('deploy failed');
  await events.getByRole('searchbox').fill('nothing like that');
  await expect(events).toContainText('No events match.');
  await events.getByRole('button', { name: 'Show all' }).click();
  await expect(rows.filter({ hasText: 'disk nearly full' })).toBeVisible();
  await expect(events.getByRole('searchbox')).toHaveValue('');
  await expect(events.getByRole('combobox')).toHaveValue('info');

  await test.step('a row opens with everything that came', async () => {
    await curlEvent(server, secret, {
      name: 'log.message',
      measurements: { seconds: 41.5 },
      metadata: { level: 'warn', message: 'deploy finished', source: 'shop', commit: 'a1b2c3', note: 'two\nlines <b>' },
    });
    const row = rows.filter({ hasText: 'deploy finished' });
    const button = row.getByRole('button', { name: 'deploy finished' });
    await button.click();
    await expect(button).toHaveAttribute('aria-expanded', 'true');
    const parts = row.locator('dl');
    for (const text of ['Time', 'log.message', 'seconds', '41.5', 'commit', 'a1b2c3', 'note', 'lines <b>', 'source', 'shop']) {
      await expect(parts).toContainText(text);
    }
    await expect(parts).toContainText(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/);
    await expect(parts.locator('b')).toHaveCount(0);
    // By keyboard too; one is open at a time.
    await rows.filter({ hasText: 'disk nearly full' }).getByRole('button').press('Enter');
    await expect(button).toHaveAttribute('aria-expanded', 'false');
    await expect(rows.filter({ hasText: 'disk nearly full' }).locator('dl')).toContainText('shop');
  });

  await test.step('what comes does not move what is read', async () => {
    for (let i = 0; i < 14; i++) {
      await curlEvent(server, secret, { name: 'log.message', metadata: { message: `batch ${i}`, source: 'shop' } });
    }
    const list = events.locator('.events');
    await events.getByRole('searchbox').fill('shop');
    // A key may have scrolled to the row that it opened.
    await list.evaluate((list) => (list.scrollTop = 0));
    await expect(rows.filter({ hasText: 'batch 13' })).toBeVisible();
    await list.evaluate((list) => (list.scrollTop = 120));
    const read = rows.filter({ hasText: 'batch 8' });
    const before = await read.boundingBox();
    for (const message of ['later 1', 'elsewhere', 'later 2']) {
      await curlEvent(server, secret, { name: 'log.message', metadata: { message, source: message === 'elsewhere' ? 'ci' : 'shop' } });
    }
    // Those that are looked for, and no others.
    const newer = events.getByRole('button', { name: /^\d+ new$/ });
    await expect(newer).toHaveText('2 new');
    expect(await read.boundingBox()).toEqual(before);
    await expect(rows.filter({ hasText: 'later 2' })).toHaveCount(0);
    await newer.click();
    await expect(rows.first()).toContainText('later 2');
    await expect(newer).toHaveCount(0);
    expect(await list.evaluate((list) => list.scrollTop)).toBe(0);
  });
});

test('a text never becomes an element or leads elsewhere', async ({ page }) => {
  await signIn(page);
  const text = [
    '<img src=x onerror=alert(1)><script>alert(2)</script>',
    '[bad](javascript:alert(3)) [good](https://example.invalid/a) ![no](https://example.invalid/b.png)',
  ].join('\n\n');
  const document = {
    id: 'words',
    title: 'Words',
    widgets: [
      { id: 'memory', kind: 'stat', title: 'M', metrics: [{ metric: 'host.memory.used' }], place: { x: 0, y: 0, w: 3, h: 3 } },
      { id: 'text', kind: 'text', title: 'T', options: { text }, place: { x: 3, y: 0, w: 6, h: 5 } },
    ],
  };
  const saved = await page.request.put('/api/dashboards/words', { data: document });
  expect(saved.ok(), await saved.text()).toBeTruthy();
  await page.goto('/d/words');
  await hydrated(page);
  await live(page);
  const prose = page.locator('[data-widget="text"] .prose');
  await expect(prose).toContainText('<img src=x onerror=alert(1)><script>alert(2)</script>');
  // A link that may not lead anywhere is its words.
  await expect(prose).toContainText('bad');
  await expect(prose.locator('img, script, style, iframe')).toHaveCount(0);
  const links = prose.locator('a');
  await expect(links).toHaveText(['good', 'no']);
  for (const link of await links.all()) {
    await expect(link).toHaveAttribute('rel', /noopener noreferrer nofollow/);
    await expect(link).toHaveAttribute('href', /^https:/);
  }
});

test('what a role may not see has no name, in any kind', async ({ page }) => {
  await signIn(page);
  await addUser(page, 'viewer', 'correct-horse-battery', ['viewer']);
  await page.context().clearCookies();
  await signIn(page, 'viewer', 'correct-horse-battery');
  await page.goto('/d/gallery');
  await hydrated(page);
  await live(page);
  await expect(page.locator('[data-widget="health"]')).toContainText('Not visible for your role');
  expect(await page.content()).not.toContain('pulseboard.health');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('nothing is wider than the screen', async ({ page }) => {
    await openGallery(page);
    await expect(page.locator('[data-widget="routes"] tbody tr').first()).toBeVisible(GENTLY);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);
  });
});
