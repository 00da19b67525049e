// Every picture in words, with its values of now, and as a table.
import { choose } from './charts';
import { expect, test } from './fixtures';
import { WITH_ADMIN, hydrated, live, signIn } from './people';
import { BEGIN_MS, feed, script } from './scripted';

test.use({ serverEnv: WITH_ADMIN });

const SOON = { timeout: 20_000 };
/** The words of a chart are said anew every ten seconds, and three values make a trend. */
const TREND = { timeout: 40_000 };

test('every picture says its values in words', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await page.goto('/d/gallery');
  await hydrated(page);
  await live(page);
  const widget = (id: string) => page.locator(`[data-widget="${id}"]`);
  await expect(widget('memory').locator('.value')).toHaveText(/\d.*B/);
  await expect(widget('cpu-now').getByRole('meter')).toHaveAttribute('aria-valuetext', /\d.%/, SOON);
  // A range is said where its ends are written otherwise.
  const trend = /: [\d.,]+ ?\S*(, from \S+.* to .*)?, (rising|falling|steady|going up and down)/;
  for (const [chart, words] of [['memory-stacked', trend], ['latency', trend], ['classes', /^2xx: [\d.,]+ \/s/]] as const) {
    await expect(async () => {
      // Without requests there are no latencies.
      await page.request.get('/api/me');
      await expect(widget(chart).getByRole('application'), chart).toHaveAccessibleDescription(words, { timeout: 1_000 });
    }).toPass(TREND);
  }
  const image = (id: string, name: RegExp) => expect(widget(id).getByRole('application'), id).toHaveAccessibleName(name, SOON);
  await image('times', /samples in each bucket\. \d+ samples.* p50 about \d.*, p99 about \d/);
  await image('times-over-time', /samples in each bucket\. most are [≤>] \d/);
  await image('health', /over time\. clock: \S+, (no change|\d+ changes?) in the time shown\. database: .* flush: /);
});

test('the words of a chart follow its values every ten seconds', async ({ page }) => {
  await signIn(page);
  const widgets = [{ id: 'cpu', kind: 'line', title: 'CPU', metrics: [{ metric: 'host.cpu.usage', tags: { core: '0' } }], place: { x: 0, y: 0, w: 6, h: 6 } }];
  const saved = await page.request.put('/api/dashboards/words', { data: { id: 'words', title: 'Words', version: 0, widgets } });
  expect(saved.ok(), await saved.text()).toBeTruthy();
  await script(page, [{ id: 1, metric: 'host.cpu.usage', tags: { core: '0' } }]);
  await page.goto('/d/words?range=60');
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  const seconds = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => {
      const t = BEGIN_MS + (from + i) * 1_000;
      const rows = [[1, from + i, from + i, from + i]];
      return JSON.stringify({ seq: from + i, t, w: 1_000, rows, seconds: [{ t, rows }] });
    });
  const chart = page.locator('[data-widget="cpu"]').getByRole('application');
  await feed(page, seconds(1, 2));
  await expect(chart).toHaveAccessibleDescription(/: [12]\.0 %/);
  await feed(page, seconds(3, 11));
  await expect(chart).toHaveAccessibleDescription(/, from 1\.0 % to (9|1[01])\.0 %, rising\./);
  await feed(page, seconds(12, 21));
  await expect(chart).toHaveAccessibleDescription(/, from 1\.0 % to (19|2[01])\.0 %, rising\./);
});

test('pictures of buckets and states are tables as well', async ({ page }) => {
  await signIn(page);
  await page.goto('/d/gallery');
  await hydrated(page);
  await live(page);
  for (const [id, heads, row] of [
    ['times', /^ValuesSamplesShare$/, /^≤ 1\sms\d+\d+\.\d\s%$/u],
    ['times-over-time', /^Until([≤>] [\d.]+\s\S+)+$/u, /^\d\d:\d\d:\d\d\d+/],
    ['health', /^OfStateFromUntil$/, /^(clock|database|flush|history)(fine|slow|failing)\d\d:\d\d:\d\d/],
  ] as const) {
    const widget = page.locator(`[data-widget="${id}"]`);
    await widget.scrollIntoViewIfNeeded();
    await choose(page, id, 'Show as table');
    const table = widget.getByRole('region', { name: /as a table/ });
    await expect(table.locator('tbody tr').first(), id).toHaveText(row, SOON);
    await expect(table.locator('thead tr'), id).toHaveText(heads);
    await expect(widget.locator('canvas'), id).toBeHidden();
    await choose(page, id, 'Show as chart');
    await expect(table, id).toBeHidden();
    await expect(widget.locator('canvas'), id).toBeVisible();
  }
});
