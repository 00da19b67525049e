// How much a first visit loads, page by page: everything that goes over the network in a browser
// that has seen nothing yet, with headers, but for the stream, which does not end.
import type { Browser, BrowserContext } from '@playwright/test';
import { expect, test } from './fixtures';
import { ADMIN_PASSWORD, live, WITH_ADMIN } from './people';
import type { Server } from './server';

test.use({ serverEnv: WITH_ADMIN });

const KB = 1024;
/**
 * The most that a first visit may load, in bytes, some 1.5 % above what it takes: the goal is 360 KB. A server that has just begun has
 * little history: after five minutes it is some 10 KB more.
 */
const DASHBOARD = 365 * KB;
/** The goal for pages other than dashboards is 450 KB. */
const METRICS = 403 * KB;
/** The page that edits has the catalogue and the merging of versions at once, and is above that goal. */
const EDITING = 491 * KB;
const FORM = 60 * KB;
/** Icons that a browser with a window fetches as well. */
const ICON = '/favicon.svg';

/** Bytes by address. */
type Loaded = Map<string, number>;

/** Opens a page in a browser that has seen nothing, waits for `settled`, and gives what it loaded. */
async function firstVisit(context: BrowserContext, path: string, settled: string): Promise<Loaded> {
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  const addresses = new Map<string, string>();
  const loaded: Loaded = new Map();
  client.on('Network.requestWillBeSent', ({ requestId, request }) => addresses.set(requestId, request.url));
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const url = new URL(addresses.get(requestId)!);
    const address = url.pathname + url.search;
    loaded.set(address, (loaded.get(address) ?? 0) + encodedDataLength);
  });
  await client.send('Network.enable');
  await page.goto(path);
  await page.locator(settled).first().waitFor();
  await page.waitForTimeout(1500);
  if (![...loaded.keys()].some((address) => address.startsWith(ICON))) {
    const icon = await page.request.get(ICON, { headers: { 'accept-encoding': 'br' } });
    loaded.set(ICON, Number(icon.headers()['content-length'] ?? (await icon.body()).length));
  }
  return loaded;
}

function within(loaded: Loaded, budget: number): void {
  const sum = [...loaded.values()].reduce((all, bytes) => all + bytes, 0);
  const list = [...loaded].sort((a, b) => b[1] - a[1]).map(([address, bytes]) => `${bytes} ${address}`);
  test.info().annotations.push({ type: 'first visit', description: `${(sum / KB).toFixed(1)} KB` });
  console.log(`    first visit: ${(sum / KB).toFixed(1)} of ${budget / KB} KB, ${loaded.size} answers`);
  expect(sum, list.join('\n')).toBeLessThanOrEqual(budget);
}

async function signedIn(browser: Browser, server: Server): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: server.url });
  const data = { name: 'admin', password: ADMIN_PASSWORD };
  expect((await context.request.post('/api/session', { data })).ok()).toBeTruthy();
  return context;
}

const SHOWN = '.connection[data-status="live"]';

test('a dashboard', async ({ browser, server }) => {
  const context = await signedIn(browser, server);
  const loaded = await firstVisit(context, '/', SHOWN);
  const programs = [...loaded.keys()].filter((address) => address.includes('.wasm'));
  expect(programs).toEqual([expect.stringMatching(/^\/pkg\/pulseboard-viewing\.wasm\?v=/)]);
  within(loaded, DASHBOARD);
  await context.close();
});

test('what opens after a click is loaded once somebody points, and again when that failed', async ({ browser, server }) => {
  const context = await signedIn(browser, server);
  const page = await context.newPage();
  const asked: string[] = [];
  await page.route('**/pulseboard-viewing-opened.wasm*', (route) => {
    asked.push(route.request().url());
    return asked.length > 1 ? route.continue() : route.abort();
  });
  await page.goto('/');
  await live(page);
  expect(asked).toEqual([]);
  await page.getByRole('button', { name: /^Time range/ }).click();
  await expect(page.locator('.toast')).toHaveText('A part of the page could not be loaded. Trying again.');
  await expect(page.getByRole('radio', { name: 'Last 5 minutes' })).toBeVisible();
  expect(asked).toEqual([expect.stringContaining('?v='), asked[0]]);
  await context.close();
});

test('the list of metrics', async ({ browser, server }) => {
  const context = await signedIn(browser, server);
  const loaded = await firstVisit(context, '/metrics-list', SHOWN);
  const programs = [...loaded.keys()].filter((address) => address.includes('.wasm'));
  expect(programs).toEqual([expect.stringMatching(/^\/pkg\/pulseboard\.wasm\?v=/)]);
  within(loaded, METRICS);
  await context.close();
});

test('the page that edits a dashboard', async ({ browser, server }) => {
  const context = await signedIn(browser, server);
  const loaded = await firstVisit(context, '/d/system/edit', SHOWN);
  const programs = [...loaded.keys()].filter((address) => address.includes('.wasm'));
  expect(programs).toEqual([expect.stringMatching(/^\/pkg\/pulseboard-editing\.wasm\?v=/)]);
  within(loaded, EDITING);
  await context.close();
});

test('the forms', async ({ browser, server }) => {
  for (const path of ['/sign-in', '/setup/used-up']) {
    const context = await browser.newContext({ baseURL: server.url });
    const loaded = await firstVisit(context, path, 'h1');
    expect([...loaded.keys()].filter((address) => /\.(wasm|js)/.test(address))).toEqual([]);
    within(loaded, FORM);
    await context.close();
  }
});

test('a second visit loads nothing again that is kept for ever', async ({ browser, server }) => {
  const context = await signedIn(browser, server);
  await firstVisit(context, '/', SHOWN);
  const page = await context.newPage();
  await page.goto('/');
  await live(page);
  const sizes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((entry) => entry as PerformanceResourceTiming)
      .filter((entry) => entry.name.includes('/pkg/'))
      .map((entry) => entry.transferSize),
  );
  expect(sizes.length).toBeGreaterThan(2);
  expect(sizes.filter((size) => size > 0)).toEqual([]);
  await context.close();
});
