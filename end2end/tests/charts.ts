// Charts as a person meets them: where their plots are, what lies over them, what the address says.
import { expect, type Page } from '@playwright/test';
import { ink } from './canvas';

export type Box = { x: number; y: number; width: number; height: number };

/** The box of a chart's plot in the window. */
export async function plot(page: Page, widget: string): Promise<Box> {
  return (await page.locator(`[data-widget="${widget}"] canvas.data`).boundingBox())!;
}

/** Where the crosshair of a chart is in the window; null while there is none. */
export async function crosshair(page: Page, widget: string): Promise<number | null> {
  return page.locator(`[data-widget="${widget}"] .crosshair`).evaluate((line) =>
    getComputedStyle(line).visibility === 'visible' ? line.getBoundingClientRect().left : null,
  );
}

/** What the address shows: null while the page goes on. */
export function fixed(page: Page): { from: number; to: number } | null {
  const query = new URL(page.url()).searchParams;
  const [from, to] = [query.get('from'), query.get('to')];
  return from && to ? { from: Number(from), to: Number(to) } : null;
}

/** Waits until the address shows a part of the past, and answers it. */
export async function fixes(page: Page): Promise<{ from: number; to: number }> {
  await expect.poll(() => fixed(page)).not.toBeNull();
  return fixed(page)!;
}

/** Waits until the charts have something to read, and stops them, so that nothing moves. */
export async function still(page: Page, ...widgets: string[]): Promise<void> {
  for (const widget of widgets) {
    await expect.poll(async () => (await ink(page, widget)).columns.length).toBeGreaterThan(8);
  }
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'paused');
  await fixes(page);
  await expect(page.locator('.board')).toHaveAttribute('data-paused', 'true');
}

/** Chooses from the menu of a widget. */
export async function choose(page: Page, widget: string, action: string): Promise<void> {
  await page.locator(`[data-widget="${widget}"]`).hover({ position: { x: 30, y: 14 } });
  await page.locator(`[data-widget="${widget}"] .more-button`).click();
  await page.locator(`[data-widget="${widget}"] .actions button`, { hasText: action }).click();
}
