// The command palette: everything that a person can go to or do, found by typing.
import { everywhere } from './accessible';
import { expect, test } from './fixtures';
import { WITH_ADMIN, hydrated, live, signIn } from './people';

test.use({ serverEnv: WITH_ADMIN });

test('the palette leads to dashboards, widgets, metrics and pages, and does what keys do', async ({ page }) => {
  await signIn(page);
  await hydrated(page);
  await live(page);
  test.setTimeout(90_000);
  const palette = page.getByRole('dialog', { name: 'Go to' });
  const field = palette.getByRole('combobox');
  const first = palette.getByRole('option').first();
  const search = async (words: string, want: RegExp) => {
    await page.keyboard.press('Control+k');
    await expect(field).toBeFocused();
    await field.fill(words);
    await expect(first).toHaveText(want);
    await expect(first).toHaveAttribute('aria-selected', 'true');
  };
  // What was typed is gone the next time; the way out is Escape, and the focus goes back.
  await page.getByRole('button', { name: 'Pause' }).focus();
  await search('gallery', /^GalleryDashboard$/);
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(field).toHaveValue('');
  await expect(palette.getByRole('status')).toHaveText(/^\d+ results$/);
  await everywhere(page, 'palette');
  // Round through the list by arrows.
  await page.keyboard.press('ArrowUp');
  await expect(palette.getByRole('option').last()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await field.fill('no such thing');
  await expect(palette.getByRole('status')).toHaveText('Nothing matches.');
  await page.keyboard.press('Escape');
  // An action of the page.
  await search('pause', /^Pause.*Action$/);
  await page.keyboard.press('Enter');
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'paused');
  const paused = page.url();
  // A widget of the page that is open keeps what is shown of time.
  await search('cpu by core', /^CPU by core.*SystemWidget$/);
  await page.keyboard.press('Enter');
  await expect.poll(() => page.url()).toContain('#widget-');
  expect(page.url().split('#')[0]).toBe(paused);
  await search('gallery', /^GalleryDashboard$/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/d\/gallery$/);
  await hydrated(page);
  await search('host.memory.us', /^host\.memory\.used.*Metric$/);
  await first.click();
  await expect(page).toHaveURL(/metric=host\.memory\.used/);
  await hydrated(page);
  await search('people', /^PeoplePage$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible();
});
