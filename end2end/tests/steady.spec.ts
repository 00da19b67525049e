// Numbers that change move nothing beside them: units, the neighbours in a legend, the words of the state.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { signIn, WITH_ADMIN } from './people';
import { BEGIN_MS, feed, script } from './scripted';

const CONFIG = `
[[metrics]]
name = "steady.share"
kind = "last_value"
event = "steady"
measurement = "share"
unit = "percent"
tags = ["of"]

[[metrics]]
name = "steady.size"
kind = "last_value"
event = "steady"
measurement = "size"
unit = "byte"
tags = ["of"]
`;
const SERIES = [
  { id: 1, metric: 'steady.share', tags: { of: 'a' } },
  { id: 2, metric: 'steady.share', tags: { of: 'b' } },
  { id: 3, metric: 'steady.size', tags: { of: 'a' } },
  { id: 4, metric: 'steady.size', tags: { of: 'b' } },
];
const a = { metric: 'steady.share', tags: { of: 'a' } };
const WIDGETS = [
  { id: 'stat', kind: 'stat', metrics: [a] },
  { id: 'dial', kind: 'gauge', metrics: [a], options: { max: 200 } },
  { id: 'size', kind: 'stat', metrics: [{ metric: 'steady.size', tags: { of: 'a' } }] },
  { id: 'fill', kind: 'gauge', metrics: [{ metric: 'steady.size', tags: { of: 'a' } }], options: { max: 2_000_000 } },
  { id: 'rows', kind: 'table', metrics: [{ metric: 'steady.size', by: 'of' }, { metric: 'steady.share', by: 'of' }] },
  { id: 'bars', kind: 'bar_list', metrics: [{ metric: 'steady.size', by: 'of' }] },
  { id: 'lines', kind: 'line', metrics: [{ metric: 'steady.share', by: 'of' }] },
];
/** What is sent second by second, and what the cards say then: a share, and a size in kB. */
const STEPS = [
  [9, 998, '9.00', '998'],
  [9.6, 1_010, '9.60', '1.01'],
  [10, 990, '10.0', '0.99'],
  [123, 1_230, '123', '1.23'],
  [0.25, 900, '0.25', '0.90'],
  // Hardly below a MB no more: in kB again.
  [0.3, 640, '0.30', '640'],
] as const;

let folder: string;
test.use({
  serverEnv: async ({}, use) => {
    folder = await mkdtemp(join(tmpdir(), 'pulseboard-steady-'));
    const config = join(folder, 'pulseboard.toml');
    await writeFile(config, CONFIG);
    await use({ ...WITH_ADMIN, PULSEBOARD_CONFIG: config });
    await rm(folder, { recursive: true, force: true });
  },
});

test('a value that changes moves nothing beside it', async ({ page }) => {
  await signIn(page);
  const widgets = WIDGETS.map((one, i) => ({ title: one.id, ...one, place: { x: (i % 4) * 3, y: Math.floor(i / 4) * 5, w: 3, h: 5 } }));
  const saved = await page.request.put('/api/dashboards/steady', { data: { id: 'steady', title: 'Steady', version: 0, widgets } });
  expect(saved.ok(), await saved.text()).toBeTruthy();
  await script(page, SERIES);
  await page.goto('/d/steady?range=60');
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  const widget = (id: string) => page.locator(`[data-widget="${id}"]`);
  const places = () =>
    page.evaluate(() => {
      const left = (selector: string) => document.querySelector(selector)!.getBoundingClientRect().left;
      return {
        unit: left('[data-widget="stat"] .value small'),
        'unit of the gauge': left('[data-widget="dial"] .value small'),
        'unit of the size': left('[data-widget="size"] .value small'),
        'unit of the gauge of the size': left('[data-widget="fill"] .value small'),
        'unit of the first column': left('[data-widget="rows"] th:nth-child(2) small'),
        'head of the second column': left('[data-widget="rows"] th:nth-child(3) button'),
        'end of the bars': document.querySelector('[data-widget="bars"] .track')!.getBoundingClientRect().right,
        'unit of the chart': left('[data-widget="lines"] h2 small'),
        'first in the legend': left('[data-widget="lines"] .legend li:nth-child(1) .key'),
        'second in the legend': left('[data-widget="lines"] .legend li:nth-child(2) .key'),
        state: left('.connection b'),
      };
    });
  let before: Record<string, number> | undefined;
  for (const [i, [share, size, said, sized]] of STEPS.entries()) {
    // A second is over once the next one has begun.
    const seconds = [2 * i + 1, 2 * i + 2].map((second) => {
      const t = BEGIN_MS + second * 1_000;
      const rows = [[1, share, share, share], [2, 200 - share, 200 - share, 200 - share], [3, size * 1e3, size * 1e3, size * 1e3], [4, size * 10, size * 10, size * 10]];
      return JSON.stringify({ seq: second, t, w: 1_000, rows, seconds: [{ t, rows }] });
    });
    await feed(page, seconds);
    await expect(widget('stat').locator('.value b')).toHaveText(said);
    await expect(widget('dial').locator('.value b')).toHaveText(said);
    await expect(widget('size').locator('.value b')).toHaveText(sized);
    const now = await places();
    for (const [what, left] of Object.entries(now)) expect(Math.abs(left - (before ?? now)[what as keyof typeof now]), `${what} at ${said}`).toBeLessThanOrEqual(1);
    before ??= now;
  }

  await test.step('nor does time that goes on move the state', async () => {
    const since = page.locator('.connection .since');
    const state = async (words: string) => {
      await since.evaluate((element, words) => (element.textContent = words), words);
      return (await page.locator('.connection b').boundingBox())!.x;
    };
    const first = await state('Connected: 0m 09s');
    for (const words of ['Connected: 9m 59s', 'Connected: 10m 00s', 'Connected: 1h 00m', 'Connected: 23h 59m', 'Connected: 1d 00h']) {
      expect(Math.abs((await state(words)) - first), words).toBeLessThanOrEqual(1);
    }
  });
});
