// Every shape of chart, fed with seeded values that have gaps, spikes, zeros and late points: what
// grew by shifting is, to the eye, what a full redraw gives.
//
// The stream is scripted: each run has the same flushes at the same times, each of them painted before
// the next one comes, whatever the machine does.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { compare, ink, keep, redraw } from './canvas';
import { signIn, WITH_ADMIN } from './people';
import { BEGIN_MS, EVERY_MS, feed, script } from './scripted';

const CONFIG = `
[[metrics]]
name = "seeded.level"
kind = "last_value"
event = "seeded"
measurement = "level"
tags = ["of"]

[[metrics]]
name = "seeded.time"
kind = "summary"
event = "seeded"
measurement = "time"
unit = "second"

[[metrics]]
name = "seeded.events"
kind = "counter"
event = "seeded"
tags = ["of"]
`;

const level = { metric: 'seeded.level', by: 'of' };
const SHAPES: Record<string, object> = {
  lines: { kind: 'line', metrics: [level] },
  steps: { kind: 'line', metrics: [level], options: { step: true, thresholds: [{ at: 80, level: 'warn' }] } },
  log: { kind: 'line', metrics: [level], options: { log: true, connect: true } },
  band: { kind: 'line', metrics: [{ metric: 'seeded.time', field: 'avg' }], options: { band: true } },
  areas: { kind: 'area', metrics: [level] },
  stacked: { kind: 'area', metrics: [level], options: { stacked: true } },
  bars: { kind: 'bar', metrics: [{ metric: 'seeded.events', field: 'rate', by: 'of' }] },
  'stacked-bars': {
    kind: 'bar',
    metrics: [{ metric: 'seeded.events', field: 'rate', by: 'of' }],
    options: { stacked: true },
  },
  'two-axes': { kind: 'line', metrics: [{ metric: 'seeded.time', field: 'p95' }, level] },
};

/** Time that the charts show, in seconds, and for how long they are fed: the picture shifts by more
 *  than its width. */
const SPAN_S = 12;
const FED_MS = 16_000;
/** Columns at the right, by device pixel ratio, that were provisional: the second that is not over,
 *  and for bars the bar. */
const PROVISIONAL_MS = 2_500;

/** As in Numerical Recipes. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const OF = ['spikes', 'gaps', 'zeros'] as const;
type Sample = { of: (typeof OF)[number]; level: number; time: number };

/** The events of one flush: of three series, one has gaps, one is often zero, one has spikes. */
function samples(random: () => number, i: number): Sample[] {
  const sample = (of: Sample['of'], level: number, time: number) => ({ of, level, time });
  const wave = 40 + 25 * Math.sin(i / 9) + 10 * (random() - 0.5);
  const all = [sample('spikes', random() < 0.06 ? 95 : wave, 0.01 + random() / 20)];
  if (i % 60 < 25 || random() < 0.1) all.push(sample('gaps', 30 + 20 * random(), 0.2 * random()));
  if (i % 3 > 0) all.push(sample('zeros', random() < 0.5 ? 0 : 12, random() < 0.03 ? 2 : 0.02));
  // Several at once: what came before in the same tenth is replaced.
  if (random() < 0.1) all.push(sample('spikes', 20 * random(), 0.05), sample('zeros', 0, 0.001));
  return all;
}

/** Ids of series: of level and events by `of`, and of the one of time. */
const ID = { level: 1, events: 11, time: 21 };
const SERIES = [
  ...OF.flatMap((of, i) => [
    { id: ID.level + i, metric: 'seeded.level', tags: { of } },
    { id: ID.events + i, metric: 'seeded.events', tags: { of } },
  ]),
  { id: ID.time, metric: 'seeded.time' },
];

/** The rows of some samples, as the stream has them. */
function rows(all: Sample[]): number[][] {
  const found: number[][] = [];
  OF.forEach((of, i) => {
    const levels = all.filter((one) => one.of === of).map((one) => one.level);
    if (levels.length === 0) return;
    found.push([ID.level + i, levels[levels.length - 1], Math.min(...levels), Math.max(...levels)]);
    found.push([ID.events + i, levels.length]);
  });
  const times = all.map((one) => one.time).sort((a, b) => a - b);
  const sum = times.reduce((a, b) => a + b, 0);
  const at = (q: number) => times[Math.ceil(q * times.length) - 1];
  found.push([ID.time, times.length, sum, times[0], times[times.length - 1], at(0.5), at(0.95), at(0.99)]);
  return found;
}

/** What the stream sends after its hello, flush by flush. */
function frames(): string[] {
  const random = generator(20_261_120);
  let second: Sample[] = [];
  return Array.from({ length: FED_MS / EVERY_MS }, (_, i) => {
    const all = samples(random, i);
    second.push(...all);
    const t = BEGIN_MS + (i + 1) * EVERY_MS;
    const frame = { seq: i + 1, t, w: EVERY_MS, rows: rows(all) };
    if (t % 1_000 > 0) return JSON.stringify(frame);
    const seconds = [{ t, rows: rows(second) }];
    second = [];
    return JSON.stringify({ ...frame, seconds });
  });
}

for (const ratio of [1, 2]) {
  test.describe(`at ${ratio} device pixels in one`, () => {
    let folder: string;
    test.use({
      deviceScaleFactor: ratio,
      serverEnv: async ({}, use) => {
        folder = await mkdtemp(join(tmpdir(), 'pulseboard-seeded-'));
        const config = join(folder, 'pulseboard.toml');
        await writeFile(config, CONFIG);
        await use({ ...WITH_ADMIN, PULSEBOARD_CONFIG: config });
        await rm(folder, { recursive: true, force: true });
      },
    });

    test('every shape shifts to what a full redraw gives', async ({ page }, info) => {
      await signIn(page);
      const widgets = Object.entries(SHAPES).map(([id, shape], i) => ({
        id,
        title: id,
        ...shape,
        place: { x: (i % 3) * 4, y: Math.floor(i / 3) * 6, w: 4, h: 6 },
      }));
      const saved = await page.request.put('/api/dashboards/shapes', {
        data: { id: 'shapes', title: 'Shapes', version: 0, widgets },
      });
      expect(saved.ok(), await saved.text()).toBeTruthy();
      await script(page, SERIES);
      await page.goto(`/d/shapes?range=${SPAN_S}`);
      await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
      await feed(page, frames());
      await page.getByRole('button', { name: 'Pause' }).click();
      await expect(page.locator('.connection')).toHaveAttribute('data-status', 'paused');
      // The picture of the moment of the pause.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await keep(page, 'grown');
      const { width } = await ink(page, 'lines');
      await redraw(page, 'lines');
      await keep(page, 'drawn');
      const without = Math.ceil((width * PROVISIONAL_MS) / (SPAN_S * 1000));
      const shares = await compare(page, 'grown', 'drawn', without);
      expect(shares.map((s) => s.id).sort()).toEqual(Object.keys(SHAPES).sort());
      for (const { id, inked, differ, hardly } of shares) {
        const percent = ((hardly / inked) * 100).toFixed(3);
        info.annotations.push({ type: 'pixels', description: `${id}: ${inked} inked, ${percent} % differ by more than 16, ${differ} by more than 64` });
        console.log(`${id} at ${ratio}: ${inked} inked, ${percent} % differ by more than 16, ${differ} by more than 64`);
      }
      for (const { id, inked, differ, hardly } of shares) {
        expect(inked, id).toBeGreaterThan(500);
        expect(differ, `${id}: ${differ} of ${inked} pixels`).toBe(0);
        expect(hardly / inked, `${id}: ${hardly} of ${inked} pixels`).toBeLessThan(0.001);
      }
    });
  });
}
