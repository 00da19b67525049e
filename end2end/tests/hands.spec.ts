// Hands on charts by mouse and keyboard: what lies over them, zoom and pan, legend, menu, sheet.
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures';
import { choose, crosshair, fixed, fixes, plot, still } from './charts';
import { live, signIn, WITH_ADMIN } from './people';

test.use({ serverEnv: WITH_ADMIN });

const CPU = '[data-widget="cpu"]';
const MEMORY = '[data-widget="memory-over-time"]';

test('all charts mark the time under the pointer, one says its values', async ({ page }) => {
  await signIn(page);
  await still(page, 'cpu', 'memory-over-time');
  const [cpu, memory] = [await plot(page, 'cpu'), await plot(page, 'memory-over-time')];
  await page.mouse.move(cpu.x + cpu.width * 0.75, cpu.y + cpu.height / 2);
  await expect.poll(() => crosshair(page, 'memory-over-time')).not.toBeNull();
  const share = async (widget: string, box: { x: number; width: number }) =>
    ((await crosshair(page, widget))! - box.x) / box.width;
  expect(await share('cpu', cpu)).toBeCloseTo(0.75, 2);
  expect(await share('memory-over-time', memory)).toBeCloseTo(0.75, 2);
  await expect(page.locator(`${CPU} .tooltip`)).toBeVisible();
  await expect(page.locator('.tooltip:visible')).toHaveCount(1);

  // At the end they are those of the legend, largest first.
  await page.mouse.move(memory.x + memory.width - 1, memory.y + 20);
  const tip = page.locator(`${MEMORY} .tooltip`);
  await expect(tip).toBeVisible();
  await expect(page.locator(`${CPU} .tooltip`)).toBeHidden();
  const number = (words: string) => Number.parseFloat(words.replaceAll(',', ''));
  // A pixel before the end it may still be the second before; the End key goes to the very end.
  await page.locator(`${MEMORY} .chart`).focus();
  await page.keyboard.press('End');
  // Values go on: both are read in one moment.
  await expect(async () => {
    const [said, legend] = await page.locator(MEMORY).evaluate((widget) =>
      ['.tooltip li', '.legend button'].map((rows) =>
        [...widget.querySelectorAll(rows)].map((row) => [
          row.querySelector('span')!.textContent!,
          row.querySelector('b')!.textContent!,
        ]),
      ),
    );
    expect(said.length).toBeGreaterThan(1);
    const sorted = [...legend].sort((a, b) => number(b[1]) - number(a[1]));
    expect(said.map(([label]) => label)).toEqual(sorted.map(([label]) => label));
    expect(said.map(([, value]) => number(value))).toEqual(sorted.map(([, value]) => number(value)));
  }).toPass({ timeout: 10_000 });

  // Within the window, also at its right edge.
  const box = (await tip.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(1440);
  await page.mouse.move(5, 5);
  await expect.poll(() => crosshair(page, 'cpu')).toBeNull();
  await expect(page.locator('.tooltip:visible')).toHaveCount(0);
});

test('a drag zooms all charts, twice goes back', async ({ page }) => {
  await signIn(page);
  await still(page, 'cpu');
  const before = await fixes(page);
  const box = await plot(page, 'cpu');
  const at = (share: number) => box.x + box.width * share;
  await page.mouse.move(at(0.5), box.y + 40);
  await page.mouse.down();
  await page.mouse.move(at(0.6), box.y + 50);
  await page.mouse.move(at(0.75), box.y + 50);
  await expect(page.locator(`${CPU} .selection`)).toHaveCSS('visibility', 'visible');
  // Escape takes it back.
  await page.keyboard.press('Escape');
  await expect(page.locator(`${CPU} .selection`)).toHaveCSS('visibility', 'hidden');
  await page.mouse.up();
  expect(fixed(page)).toEqual(before);

  await page.mouse.move(at(0.75), box.y + 40);
  await page.mouse.down();
  await page.mouse.move(at(0.5), box.y + 50, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => fixed(page)).not.toEqual(before);
  const zoomed = fixed(page)!;
  const span = before.to - before.from;
  expect((zoomed.from - before.from) / span).toBeCloseTo(0.5, 2);
  expect((zoomed.to - before.from) / span).toBeCloseTo(0.75, 2);
  // Nothing was selected but time.
  expect(await page.evaluate(() => String(getSelection()))).toBe('');
  const box2 = await plot(page, 'memory-over-time');
  await page.mouse.dblclick(box2.x + box2.width / 2, box2.y + 30);
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  await expect.poll(() => fixed(page)).toBeNull();
});

test('the wheel zooms with a modifier, and Shift pans', async ({ page }) => {
  await signIn(page);
  await still(page, 'cpu');
  const before = await fixes(page);
  const box = await plot(page, 'cpu');
  const x = box.x + box.width * 0.5;
  await page.mouse.move(x, box.y + 40);
  await page.mouse.wheel(0, 60);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
  expect(fixed(page)).toEqual(before);
  await page.evaluate(() => scrollTo(0, 0));
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
  await expect.poll(() => fixed(page)).not.toEqual(before);
  const closer = fixed(page)!;
  const middle = ({ from, to }: { from: number; to: number }) => (from + to) / 2;
  const span = ({ from, to }: { from: number; to: number }) => to - from;
  expect(span(closer) / span(before)).toBeCloseTo(Math.exp(-0.4), 2);
  expect(Math.abs(middle(closer) - middle(before)) / span(before)).toBeLessThan(0.01);

  await page.keyboard.down('Shift');
  await page.mouse.down();
  await page.mouse.move(x + box.width * 0.25, box.y + 40, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  // The address follows each move of the pointer.
  await expect.poll(() => (closer.from - fixed(page)!.from) / span(closer)).toBeCloseTo(0.25, 2);
  expect(span(fixed(page)!)).toBe(span(closer));
});

test('a legend shows and hides lines for one person alone', async ({ page }) => {
  await signIn(page);
  await still(page, 'memory-over-time');
  const lines = page.locator(`${MEMORY} .legend button`);
  const pressed = () => lines.evaluateAll((all) => all.map((one) => one.getAttribute('aria-pressed')));
  const count = await lines.count();
  expect(count).toBeGreaterThan(1);
  const shared = await (await page.request.get('/api/dashboards/system')).text();
  const saved = () => page.waitForResponse((r) => r.url().endsWith('/api/preferences/system') && r.request().method() === 'PUT');

  const first = saved();
  await lines.nth(0).click();
  await first;
  await expect.poll(pressed).toEqual(['false', ...Array(count - 1).fill('true')]);
  // Off is not read either.
  const box = await plot(page, 'memory-over-time');
  await page.mouse.move(box.x + box.width - 2, box.y + 20);
  await expect(page.locator(`${MEMORY} .tooltip li`)).toHaveCount(count - 1);

  const second = saved();
  await lines.nth(0).click({ modifiers: ['Shift'] });
  await second;
  await expect.poll(pressed).toEqual(['true', ...Array(count - 1).fill('false')]);
  await page.reload();
  await live(page).catch(() => undefined);
  await expect.poll(pressed).toEqual(['true', ...Array(count - 1).fill('false')]);
  expect(await (await page.request.get('/api/dashboards/system')).text()).toBe(shared);

  // Alone once more brings all back.
  await lines.nth(0).dblclick();
  await expect.poll(pressed).toEqual(Array(count).fill('true'));
  // On hover it says more.
  await lines.nth(0).hover();
  await expect(page.locator(`${MEMORY} .summary tbody tr`)).toHaveCount(count);
  await expect(page.locator(`${MEMORY} .summary thead`)).toContainText('avg');
});

test('a chart is read and zoomed by keyboard', async ({ page }) => {
  await signIn(page);
  await still(page, 'cpu', 'memory-over-time');
  const before = await fixes(page);
  const chart = page.locator(`${CPU} .chart`);
  await chart.focus();
  await page.keyboard.press('End');
  const box = await plot(page, 'cpu');
  // The cursor stands on a point: the newest one is up to two and a half seconds old.
  const px = (before.to - before.from) / box.width;
  await expect.poll(() => crosshair(page, 'cpu')).toBeGreaterThan(box.x + box.width - 2_500 / px - 2);
  await expect(page.locator(`${CPU} .dots`)).toHaveCSS('visibility', 'visible');
  const end = (await crosshair(page, 'cpu'))!;
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => crosshair(page, 'cpu')).toBeLessThan(end);
  await page.keyboard.press('PageUp');
  await expect(page.locator(`${CPU} .tooltip`)).toBeVisible();
  const values = await page.locator(`${CPU} .tooltip li b`).allTextContents();
  await expect(page.locator('p[role=status].unseen')).toContainText(values[0]);

  await page.keyboard.press('Enter');
  for (let i = 0; i < 3; i++) await page.keyboard.press('PageUp');
  await expect(page.locator(`${CPU} .selection`)).toHaveCSS('visibility', 'visible');
  await page.keyboard.press('Enter');
  await expect.poll(() => fixed(page)).not.toEqual(before);
  const { from, to } = fixed(page)!;
  expect(to - from).toBeLessThan((before.to - before.from) / 2);
  await page.keyboard.press('Home');
  const first = 2_500 / ((to - from) / box.width);
  await expect.poll(() => crosshair(page, 'cpu')).toBeLessThan(box.x + first + 2);
  await page.keyboard.press('Escape');
  await expect.poll(() => crosshair(page, 'cpu')).toBeNull();
});

test('a widget fills the page and goes back', async ({ page }) => {
  await signIn(page);
  await still(page, 'cpu');
  const before = (await page.locator(CPU).boundingBox())!;
  // All by keyboard.
  await page.locator(`${CPU} .more-button`).focus();
  await page.keyboard.press('Enter');
  const first = page.locator(`${CPU} .actions button`).first();
  await expect(first).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(page.locator(`${CPU} .actions button`).last()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await page.locator(CPU).boundingBox())!.width).toBe(1440);
  await expect(page.locator(`${CPU} .more-button`)).toBeFocused();
  await expect(page.locator(MEMORY)).toBeHidden();
  await expect.poll(() => page.locator(`${CPU} canvas.data`).evaluate((c) => (c as HTMLCanvasElement).width)).toBeGreaterThan(1200);
  await expect(page.locator(`${CPU} .summary`)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator(CPU).boundingBox()).toEqual(before);
  await expect(page.locator(MEMORY)).toBeVisible();
  // And the menu closes by Escape, without more.
  await page.locator(`${CPU} .more-button`).click();
  await page.keyboard.press('Escape');
  await expect(page.locator('.actions')).toHaveCount(0);
});

test('points come as a file, a table and a picture', async ({ page }) => {
  await signIn(page);
  await still(page, 'memory-over-time');
  const { from, to } = await fixes(page);
  const [download] = await Promise.all([page.waitForEvent('download'), choose(page, 'memory-over-time', 'Download CSV')]);
  expect(download.suggestedFilename()).toMatch(/^memory.*-\d{8}T\d{6}Z\.csv$/);
  const text = await readFile(await download.path(), 'utf8');
  const rows = text.trimEnd().split('\r\n').map((row) => row.split(','));
  const labels = await page.locator(`${MEMORY} .legend button span`).allTextContents();
  expect(rows[0]).toEqual(['time', 'ms', ...labels.map((label) => `${label} [B]`)]);
  expect(rows.length).toBeGreaterThan(3);
  for (const [time, ms, ...values] of rows.slice(1)) {
    expect(new Date(time).getTime()).toBe(Number(ms));
    expect(Number(ms)).toBeGreaterThan(from);
    expect(Number(ms)).toBeLessThanOrEqual(to);
    expect(values).toHaveLength(labels.length);
    expect(values.some((value) => Number(value) > 0)).toBeTruthy();
  }

  await choose(page, 'memory-over-time', 'Show as table');
  const table = page.locator(`${MEMORY} .points table`);
  await expect(table.locator('tbody tr')).toHaveCount(Math.min(rows.length - 1, 200));
  await expect(table.locator('thead th')).toHaveCount(labels.length + 1);
  await expect(page.locator(`${MEMORY} .chart`)).toBeHidden();
  await choose(page, 'memory-over-time', 'Show as chart');
  await expect(page.locator(`${MEMORY} .chart`)).toBeVisible();
  await expect.poll(async () => (await plot(page, 'memory-over-time')).width).toBeGreaterThan(100);

  const [image] = await Promise.all([page.waitForEvent('download'), choose(page, 'memory-over-time', 'Download PNG')]);
  expect(image.suggestedFilename()).toMatch(/\.png$/);
  const png = await readFile(await image.path());
  const size = await page.evaluate(async (base64) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${base64}`;
    await picture.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const context = canvas.getContext('2d')!;
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set<number>();
    for (let at = 0; at < data.length; at += 4) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    return { width: picture.width, height: picture.height, corner: [...data.slice(0, 4)], colours: colours.size };
  }, png.toString('base64'));
  const chart = (await page.locator(`${MEMORY} .chart`).boundingBox())!;
  expect(size.width).toBe(Math.round(chart.width + 28));
  expect(size.height).toBeGreaterThan(chart.height);
  expect(size.corner).toEqual([255, 255, 255, 255]);
  expect(size.colours).toBeGreaterThan(20);
});

test('a picture and its address are copied, or saved where that is refused', async ({ page, context }) => {
  await signIn(page);
  await still(page, 'cpu');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await choose(page, 'cpu', 'Copy as PNG');
  await expect(page.locator('.toast')).toHaveText('Copied as PNG.');
  expect(await page.evaluate(async () => (await navigator.clipboard.read())[0].types)).toContain('image/png');
  await choose(page, 'cpu', 'Copy link');
  await expect(page.locator('.toast')).toHaveText('Link copied.');
  const { from, to } = await fixes(page);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${new URL(page.url()).origin}/api/widgets/system/cpu.svg?from=${from}&to=${to}`);

  await page.evaluate(() => {
    Object.defineProperty(navigator.clipboard, 'write', { value: () => Promise.reject(new Error('refused')) });
  });
  const [image] = await Promise.all([page.waitForEvent('download'), choose(page, 'cpu', 'Copy as PNG')]);
  expect(image.suggestedFilename()).toMatch(/^cpu.*\.png$/);
  await expect(page.locator('.toast')).toContainText('clipboard is not available');
});

test('log, band and hide are chosen in the menu and kept', async ({ page }) => {
  await signIn(page);
  await still(page, 'cpu');
  const saved = page.waitForResponse((r) => r.url().endsWith('/api/preferences/system') && r.request().method() === 'PUT');
  await choose(page, 'cpu', 'Band');
  await saved;
  await page.reload();
  await expect(page.locator(`${CPU} .legend button`).first()).toBeVisible();
  await page.locator(`${CPU} .more-button`).focus();
  await expect(page.locator(`${CPU} .more-button`)).toHaveCSS('opacity', '1');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitemcheckbox', { name: 'Band' })).toHaveAttribute('aria-checked', 'true');
  await expect(page.getByRole('menuitemcheckbox', { name: 'Log scale' })).toHaveAttribute('aria-checked', 'false');
  await page.keyboard.press('Escape');
  await choose(page, 'cpu', 'Hide');
  await expect(page.locator(CPU)).toBeHidden();
  await expect(page.locator('.toast')).toContainText('hidden');
});

test('? shows all keys and gestures', async ({ page }) => {
  await signIn(page);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys and gestures' });
  await expect(sheet).toBeVisible();
  await expect(sheet).toContainText('Pause, or go on');
  await expect(sheet).toContainText('Double-click');
  // The focus stays inside.
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement!.closest('dialog'))).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await page.keyboard.press('?');
  await expect(sheet).toBeVisible();
});
