// Several tabs of one browser. Over HTTP/1.1 it makes six connections to a server, so tabs share
// them: few hold a stream, the others ask, and one that nobody sees holds none.
import { expect, test } from './fixtures';
import { choose } from './charts';
import { live, signIn, WITH_ADMIN } from './people';
import type { Page } from '@playwright/test';

test.use({ serverEnv: WITH_ADMIN });

/** What the browser says about whether a tab is seen; it calls all tabs of a test seen. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

/** The streams that a page opened since the last look, and those that are open. */
async function countStreams(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const all: EventSource[] = [];
    const Native = window.EventSource;
    window.EventSource = class extends Native {
      constructor(url: string | URL, init?: EventSourceInit) {
        super(url, init);
        all.push(this);
      }
    };
    Object.assign(window, { streams: () => all.filter((one) => one.readyState !== 2).map((one) => one.url) });
  });
}

const streams = (page: Page) => page.evaluate(() => (window as unknown as { streams: () => string[] }).streams());

test('eight tabs all show what is new, and requests are answered in each', async ({ page, context }) => {
  test.setTimeout(120_000);
  await countStreams(page);
  await signIn(page);
  const tabs = [page];
  for (let i = 1; i < 8; i++) {
    const tab = await context.newPage();
    await countStreams(tab);
    await tab.goto('/');
    await expect(tab.locator('.connection')).toHaveAttribute('data-status', /live|polling/);
    tabs.push(tab);
  }
  const states = await Promise.all(tabs.map((tab) => tab.locator('.connection').getAttribute('data-status')));
  expect(states.filter((state) => state === 'live')).toHaveLength(4);
  const polling = tabs[states.indexOf('polling')];
  await expect(polling.locator('.connection')).toContainText('asked every second');
  for (const tab of tabs) {
    // A value is there and a request is answered, in each.
    await expect(tab.locator('[data-widget="memory"] .value b')).toHaveText(/\d/);
    const status = await tab.evaluate(async () => (await fetch('/api/me', { signal: AbortSignal.timeout(5_000) })).status);
    expect(status).toBe(200);
  }
  // A tab that is closed gives its place to one of those that ask.
  const [closed] = tabs.splice(states.indexOf('live'), 1);
  await closed.close();
  const count = async () => {
    const now = await Promise.all(tabs.map((tab) => tab.locator('.connection').getAttribute('data-status')));
    return now.filter((state) => state === 'live').length;
  };
  await expect.poll(count, { timeout: 20_000 }).toBe(4);
});

test('a hidden tab lets go of its stream and goes on without a gap', async ({ page }) => {
  await countStreams(page);
  await signIn(page);
  expect(await streams(page)).toHaveLength(1);
  await setHidden(page, true);
  await expect.poll(() => streams(page), { timeout: 15_000 }).toHaveLength(0);
  await page.waitForTimeout(4_000);
  expect(await streams(page), 'as long as nobody sees it').toHaveLength(0);
  const hellos: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/history')) hellos.push(request.url());
  });
  await setHidden(page, false);
  await expect.poll(() => streams(page)).toHaveLength(1);
  expect((await streams(page))[0]).toContain('last_event_id=');
  await live(page);
  await page.waitForTimeout(2_000);
  // Goes on where it was: no past is asked for again.
  expect(hellos).toEqual([]);
  await choose(page, 'memory-over-time', 'Show as table');
  const times = await page.locator('[data-widget="memory-over-time"] table tbody th').allTextContents();
  const seconds = times.map((time) => Date.parse(`2000-01-01T${time.trim().slice(-8)}Z`) / 1000).slice(0, 15);
  const holes = seconds.slice(1).filter((t, i) => seconds[i] - t > 2);
  expect(seconds.length).toBeGreaterThan(8);
  expect(holes).toEqual([]);
});
