// The page renders any dashboard document, found through the picker.
import { expect, test } from './fixtures';
import { ink } from './canvas';
import type { Page } from '@playwright/test';
import { signIn, WITH_ADMIN } from './people';

test.use({ serverEnv: WITH_ADMIN });

test('a document of one\'s own is in the picker and renders', async ({ page, problems }) => {
  await signIn(page);
  const document = {
    id: 'network',
    title: 'Network',
    version: 0,
    widgets: [
      {
        id: 'received',
        kind: 'area',
        // What follows such a mark is written from right to left, to the end of the paragraph.
        title: 'Received \u202eb',
        metrics: [{ metric: 'host.network.received_bytes', field: 'rate', by: 'interface' }],
        place: { x: 0, y: 0, w: 12, h: 6 },
      },
    ],
  };
  const saved = await page.request.put('/api/dashboards/network', { data: document });
  expect(saved.ok(), await saved.text()).toBeTruthy();
  await page.getByTitle('Choose a dashboard').click();
  await page.getByRole('link', { name: 'Network' }).click();
  await expect(page).toHaveTitle('Network · Pulseboard');
  await expect(page).toHaveURL(/\/d\/network$/);
  await expect.poll(async () => (await ink(page, 'received')).columns.length).toBeGreaterThan(2);
  await expect(page.locator('[data-widget="received"] .legend')).toContainText(/lo.*\d/);

  // It turns the unit beside it neither around nor to its other side.
  const places = () =>
    page.locator('[data-widget="received"] h2').evaluate((heading) => {
      const at = (node: Node, begin: number, end: number) => {
        const range = document.createRange();
        range.setStart(node, begin);
        range.setEnd(node, end);
        return range.getBoundingClientRect();
      };
      const [title, unit] = [heading.querySelector('.title'), heading.querySelector('small')].map((parent) =>
        [...(parent?.childNodes ?? [])].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
      );
      if (!title || !unit) return ['no title or no unit'];
      const [words, symbol] = [title, unit].map((node) => node.textContent?.length ?? 0);
      const found = [at(title, 0, words).right, at(unit, 0, 1).left, at(unit, symbol - 1, symbol).left];
      return found.every((x, i) => i === 0 || x >= (found[i - 1] ?? 0) - 0.5) ? 'in order' : found;
    });
  await expect.poll(places).toBe('in order');

  problems.allow(/404/);
  await page.goto('/d/no-such-dashboard');
  await expect(page.getByRole('heading')).toContainText('There is no such page');
});

/** What is wider than the page, or sticks out of the bar. */
async function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found = document.documentElement.scrollWidth > width ? [`the page: ${document.documentElement.scrollWidth}`] : [];
    for (const part of document.querySelectorAll('.bar > *, .bar button, .bar summary')) {
      const box = part.getBoundingClientRect();
      const shown = box.width > 1 && getComputedStyle(part).visibility !== 'hidden';
      if (shown && (box.left < -0.5 || box.right > width + 0.5)) found.push(`${part.className || part.tagName}: ${box.left}–${box.right}`);
    }
    const parts = [...document.querySelectorAll<HTMLElement>('.bar > *')].filter((part) => {
      const style = getComputedStyle(part);
      return part.offsetWidth > 1 && style.position === 'static' || part.matches('details');
    });
    const boxes = parts.map((part) => part.getBoundingClientRect()).filter((box) => box.width > 1);
    for (const [i, a] of boxes.entries()) {
      const over = boxes.slice(i + 1).find((b) => a.left < b.right - 1 && b.left < a.right - 1);
      if (over) found.push(`parts of the bar lie over each other at ${Math.round(over.left)}`);
    }
    return found;
  });
}

test('nothing overflows at any width, and no way is cut off', async ({ page, problems }) => {
  await signIn(page);
  const document = {
    id: 'long',
    title: 'Payments: settlement, reconciliation and chargebacks of all regions',
    version: 0,
    widgets: [
      {
        id: 'busy',
        kind: 'stat',
        title: 'Busy share of all cores, averaged',
        metrics: [{ metric: 'host.network.received_bytes', field: 'rate' }],
        place: { x: 0, y: 0, w: 2, h: 3 },
      },
    ],
  };
  const saved = await page.request.put('/api/dashboards/long', { data: document });
  expect(saved.ok(), await saved.text()).toBeTruthy();
  problems.allow(/404/);
  const to = Date.now() - 60_000;
  const fixed = `from=${to - 90_061_000}&to=${to}&compare=day`;
  for (const path of ['/', `/d/long?${fixed}`, '/metrics', '/d/no-such-dashboard']) {
    await page.goto(path);
    for (const width of [320, 390, 720, 1024, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await expect.poll(() => overflowing(page), `${path} at ${width}`).toEqual([]);
      const edit = page.getByRole('button', { name: 'Edit', exact: true });
      if (!(await edit.count())) continue;
      await edit.click();
      await expect.poll(() => overflowing(page), `editing ${path} at ${width}`).toEqual([]);
      // There is a way to the other dashboards at every width, also while editing.
      const picker = page.getByTitle('Choose a dashboard').or(page.locator('.nav-menu > summary'));
      await expect(picker.filter({ visible: true }).first()).toBeVisible();
      await page.getByRole('button', { name: 'Done', exact: true }).click();
    }
  }
});

test('panels close by a press outside and by Escape, one at a time', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page);
  const menu = page.locator('.nav-menu');
  const all = menu.locator('.sub-menu');
  await menu.locator('> summary').click();
  await all.locator('> summary').click();
  await expect(all.locator('a[aria-current="page"]')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(all).not.toHaveAttribute('open');
  await expect(menu).toHaveAttribute('open');
  await page.keyboard.press('Escape');
  await expect(menu).not.toHaveAttribute('open');
  await expect(menu.locator('> summary')).toBeFocused();

  await page.setViewportSize({ width: 1440, height: 900 });
  const account = page.locator('.account');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await account.locator('summary').click();
  await account.locator('small').click();
  await page.keyboard.press('Escape');
  await expect(account).not.toHaveAttribute('open');
  await expect(page.getByRole('button', { name: 'Done', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Edit', exact: true })).toBeVisible();

  await account.locator('summary').click();
  await account.getByRole('button', { name: 'Dark' }).click();
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect.poll(background).toBe('rgb(14, 16, 19)');
  await page.locator('main').click({ position: { x: 5, y: 5 } });
  await expect(account).not.toHaveAttribute('open');
  await page.reload();
  await expect.poll(background).toBe('rgb(14, 16, 19)');

  const widget = page.locator('[data-widget="cpu"]');
  await widget.hover();
  await widget.locator('.more-button').click();
  await page.locator('main').click({ position: { x: 5, y: 5 } });
  await expect(widget.locator('.actions')).toHaveCount(0);
  const fill = async () => {
    await widget.hover();
    await widget.locator('.more-button').click();
    await widget.getByRole('menuitem', { name: 'Full screen' }).click();
    await expect(widget).toHaveClass(/full/);
  };
  await fill();
  await page.goBack();
  await expect(widget).not.toHaveClass(/full/);
  await fill();
  await widget.getByRole('button', { name: 'Leave full screen' }).click();
  await expect(widget).not.toHaveClass(/full/);
});
