// The pictures in docs/, of a server that only measures itself and its host while it is asked for pages.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plot } from '../tests/charts';
import { expect, test } from '../tests/fixtures';
import { ADMIN_PASSWORD, WITH_ADMIN, hydrated, live } from '../tests/people';
import { openPicker } from '../tests/time';
import { smaller } from './png';
import type { APIRequestContext, BrowserContextOptions, Page } from '@playwright/test';

test.use({ serverEnv: WITH_ADMIN, allowed: /40[14]/ });

const DOCS = resolve(fileURLToPath(import.meta.url), '../../../docs');
/** How long the server is asked, in ms: a minute is shown. */
const LOAD_MS = 75_000;
/** What it is asked for, over and over. */
const ASKED = [
  '/',
  '/d/gallery',
  '/api/dashboards',
  '/api/metrics',
  '/api/history?metric=host.memory.used&from=-3600000&points=100',
  '/api/me',
  '/d/gallery',
  '/d/no-such-page',
  '/api/dashboards/system',
  '/pkg/pulseboard.css',
];

/** Asks at a few a second, in waves, until `until` is over. */
async function load(request: APIRequestContext, until: Promise<unknown>): Promise<void> {
  let going = true;
  void until.finally(() => (going = false));
  for (let i = 0; going; i += 1) {
    await request.get(ASKED[i % ASKED.length]!).catch(() => undefined);
    const pause = 220 + 160 * Math.sin(i / 12);
    await new Promise((wake) => setTimeout(wake, pause));
  }
}

async function keep(page: Page, name: string, options: { fullPage?: boolean } = {}): Promise<void> {
  const png = await page.screenshot({ ...options, animations: 'disabled' });
  await writeFile(resolve(DOCS, name), await smaller(page.context(), png));
}

test('pictures', async ({ browser, server, problems }) => {
  const opened = async (path: string, options: BrowserContextOptions) => {
    const context = await browser.newContext({ baseURL: server.url, ...options });
    const data = { name: 'admin', password: ADMIN_PASSWORD };
    expect((await context.request.post('/api/session', { data })).ok()).toBeTruthy();
    const page = await context.newPage();
    problems.watch(page);
    await page.goto(path);
    await hydrated(page);
    await live(page);
    return page;
  };
  // As high as the page, since charts outside of the window draw nothing.
  const whole = async (page: Page) => {
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width: 1440, height });
  };
  const drawn = async (page: Page, ...widgets: string[]) => {
    for (const widget of widgets) {
      const state = page.locator(`[data-widget="${widget}"] [data-state]`).first();
      await expect(state).toHaveAttribute('data-state', 'shown');
    }
  };

  let finished = () => {};
  const done = new Promise<void>((resolve) => (finished = resolve));
  const first = await opened('/d/gallery?range=60', { viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
  const loading = load(first.context().request, done);
  await first.waitForTimeout(LOAD_MS);

  await whole(first);
  await drawn(first, 'cpu-now', 'latency', 'times', 'times-over-time', 'health');
  await first.waitForTimeout(1_500);
  await keep(first, 'widgets-light.png');
  await first.emulateMedia({ colorScheme: 'dark' });
  await first.waitForTimeout(1_500);
  await keep(first, 'widgets-dark.png');
  await first.close();

  const phone = await opened('/d/gallery?range=60', {
    viewport: { width: 390, height: 1500 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    colorScheme: 'light',
  });
  await phone.waitForTimeout(2_000);
  await keep(phone, 'gallery-phone.png');
  await phone.close();

  const wide = { viewport: { width: 1440, height: 900 } };
  const hover = await opened('/?range=60', { ...wide, colorScheme: 'light' });
  await drawn(hover, 'cpu', 'memory-over-time');
  await hover.waitForTimeout(1_500);
  await keep(hover, 'system-light.png');
  const box = await plot(hover, 'cpu');
  await hover.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5);
  await expect(hover.locator('[data-widget="cpu"] .tooltip')).toBeVisible();
  await keep(hover, 'hover-light.png');
  await hover.close();

  const picker = await opened('/?range=60', { ...wide, colorScheme: 'dark' });
  await drawn(picker, 'cpu', 'memory-over-time');
  await picker.waitForTimeout(1_500);
  await openPicker(picker);
  await keep(picker, 'time-picker-dark.png');
  finished();
  await loading;
  await picker.close();
});
