// Editing a dashboard's document: by mouse and by keyboard, undo through a whole session, what a second
// person sees and changes, drafts after a reload and without the network.
import type { Browser, Page } from '@playwright/test';
import { everywhere, inBothThemes } from './accessible';
import { expect, test } from './fixtures';
import { ADMIN_PASSWORD, addUser, signIn, WITH_ADMIN } from './people';
import type { Server } from './server';

test.use({ serverEnv: WITH_ADMIN });

const place = (x: number, y: number, w: number, h: number) => ({ x, y, w, h });
const BOARD = {
  id: 'shop',
  title: 'Shop',
  version: 0,
  widgets: [
    { id: 'cpu', kind: 'line', title: 'CPU', metrics: [{ metric: 'host.load.one' }], place: place(0, 0, 6, 5) },
    { id: 'memory', kind: 'stat', title: 'Memory', metrics: [{ metric: 'host.memory.used' }], place: place(6, 0, 3, 3) },
    { id: 'words', kind: 'text', title: 'Words', options: { text: 'How to read this.' }, place: place(9, 0, 3, 3) },
  ],
};

/** Makes the dashboard, and opens the page that edits it. */
async function edit(page: Page): Promise<void> {
  await signIn(page);
  expect((await page.request.put('/api/dashboards/shop', { data: BOARD })).ok()).toBeTruthy();
  await open(page);
}

async function open(page: Page): Promise<void> {
  await page.goto('/d/shop/edit');
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  await expect(page.locator('[data-widget="memory"] .value b')).toHaveText(/\d/);
}

/** Somebody else, in a browser of their own. */
async function other(browser: Browser, server: Server): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: server.url });
  const data = { name: 'admin', password: ADMIN_PASSWORD };
  expect((await context.request.post('/api/session', { data })).ok()).toBeTruthy();
  return context.newPage();
}

const at = (page: Page, id: string) =>
  page.locator(`[data-widget="${id}"]`).evaluate((e) => /--x:(\d+);--y:(\d+);--w:(\d+);--h:(\d+)/.exec(e.getAttribute('style')!)!.slice(1).map(Number));
const saved = async (page: Page) => (await page.request.get('/api/dashboards/shop')).json();
const undo = (page: Page) => page.getByRole('button', { name: 'Undo', exact: true });
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
const changes = (page: Page) => page.locator('.edit-changes summary');

test('edited by mouse: moved, resized, several at once, undone, saved, and somebody else sees it', async ({ page, browser, server, problems }) => {
  await edit(page);
  await inBothThemes(page, 'the editor');
  const grip = (name: string) => page.getByRole('button', { name: `Move ${name}`, exact: true });
  const drag = async (from: { x: number; y: number }, by: [number, number]) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + by[0], from.y + by[1], { steps: 6 });
  };
  const middle = async (name: string) => {
    const box = (await grip(name).boundingBox())!;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const column = (await page.locator('.grid').boundingBox())!.width / 12;
  await drag(await middle('CPU'), [column * 6, 0]);
  await expect(page.locator('.placeholder')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.mouse.up();
  expect(await at(page, 'cpu')).toEqual([0, 0, 6, 5]);
  await expect(changes(page)).toHaveText('No changes');
  await drag(await middle('CPU'), [column * 6, 0]);
  await page.mouse.up();
  await expect.poll(() => at(page, 'cpu')).toEqual([6, 0, 6, 5]);
  const corner = (await page.locator('[data-widget="cpu"] .grip-size').boundingBox())!;
  await drag({ x: corner.x + 8, y: corner.y + 8 }, [-column * 2, 96]);
  await page.mouse.up();
  await expect.poll(() => at(page, 'cpu')).toEqual([6, 0, 4, 7]);
  // A box around what stands below, then both together.
  await page.locator('[data-widget="memory"] h2').click();
  await page.locator('[data-widget="words"] h2').click({ modifiers: ['Shift'] });
  await expect(page.locator('.widget.selected')).toHaveCount(2);
  await page.keyboard.press('Control+d');
  await expect(page.locator('.grid > .widget')).toHaveCount(5);
  await page.keyboard.press('Delete');
  await expect(page.locator('.grid > .widget')).toHaveCount(3);
  await page.locator('.toast.removed').getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.grid > .widget')).toHaveCount(5);
  await undo(page).click();
  await expect(page.locator('.grid > .widget')).toHaveCount(3);
  while (await undo(page).isEnabled()) await undo(page).click();
  await expect(changes(page)).toHaveText('No changes');
  expect(await at(page, 'cpu')).toEqual([0, 0, 6, 5]);
  const redo = page.getByRole('button', { name: 'Redo', exact: true });
  await redo.click();
  await redo.click();
  await expect.poll(() => at(page, 'cpu')).toEqual([6, 0, 4, 7]);
  await save(page).click();
  await expect(changes(page)).toHaveText('No changes');
  const second = await other(browser, server);
  problems.watch(second);
  await second.goto('/d/shop');
  await expect.poll(() => at(second, 'cpu')).toEqual([6, 0, 4, 7]);
  await second.context().close();
});

test('edited by keyboard alone, copied to another place, and everything undone', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await edit(page);
  await page.goto('/d/shop');
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  await page.keyboard.press('Shift+E');
  await expect(page).toHaveURL(/\/d\/shop\/edit$/);
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  await page.getByRole('button', { name: 'Move CPU', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.widget.selected')).toHaveAttribute('data-widget', 'cpu');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => at(page, 'cpu')).toEqual([1, 0, 6, 5]);
  await expect(page.locator('p[role=status].unseen').last()).toHaveText(/CPU: column 2/);
  await page.keyboard.press('Shift+ArrowDown');
  await expect.poll(() => at(page, 'cpu')).toEqual([1, 0, 6, 6]);
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+v');
  await expect(page.locator('.grid > .widget')).toHaveCount(4);
  await expect(page.locator('.widget.selected')).toHaveAttribute('data-widget', 'cpu-2');
  await page.getByLabel('Title of the dashboard').fill('Shop of today');
  await expect(page.locator('h1')).toHaveText('Edit Shop of today');
  await page.keyboard.press('Control+s');
  await expect(changes(page)).toHaveText('No changes');
  expect(await saved(page)).toMatchObject({ title: 'Shop of today', widgets: [{ place: place(1, 0, 6, 6) }, {}, {}, { id: 'cpu-2' }] });
  await page.getByRole('button', { name: 'Move CPU', exact: true }).first().focus();
  for (let n = 0; n < 4; n++) await page.keyboard.press('Control+z');
  await expect(undo(page)).toBeDisabled();
  await expect(page.locator('.grid > .widget')).toHaveCount(3);
  expect(await at(page, 'cpu')).toEqual([0, 0, 6, 5]);
});

test('what two people change is merged, and asked about where both changed the same', async ({ page, problems }) => {
  problems.allow(/409/);
  await edit(page);
  const title = page.getByLabel('Title of the dashboard');
  await title.fill('Mine');
  const theirs = await saved(page);
  theirs.widgets[1].title = 'Memory of all';
  expect((await page.request.put('/api/dashboards/shop', { data: theirs })).ok()).toBeTruthy();
  await save(page).click();
  await expect(page.locator('.banner')).toContainText('Memory of all: title');
  await expect(changes(page)).toHaveText('No changes');
  expect(await saved(page)).toMatchObject({ title: 'Mine', widgets: [{}, { title: 'Memory of all' }, {}] });
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await title.fill('Mine again');
  const again = await saved(page);
  expect((await page.request.put('/api/dashboards/shop', { data: { ...again, title: 'Theirs' } })).ok()).toBeTruthy();
  await save(page).click();
  const dialog = page.getByRole('dialog', { name: 'You and somebody else changed the same' });
  await expect(dialog.locator('.sides')).toContainText('Mine again');
  await expect(dialog.locator('.sides')).toContainText('Theirs');
  await everywhere(page, 'both versions');
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await expect(dialog).toBeHidden();
  await save(page).click();
  await expect(changes(page)).toHaveText('No changes');
  expect(await saved(page)).toMatchObject({ title: 'Mine again', version: 5 });
});

test('edits survive a reload and the loss of the network', async ({ page, context, problems }) => {
  problems.allow(/net::ERR_/);
  await edit(page);
  const title = page.getByLabel('Title of the dashboard');
  page.on('dialog', (dialog) => dialog.accept());
  await title.fill('Draft');
  const kept = () => page.evaluate(() => Object.keys(localStorage).some((key) => key.includes('pulseboard.draft.admin.shop')));
  await expect.poll(kept).toBe(true);
  await page.reload();
  const dialog = page.getByRole('dialog', { name: 'Unsaved draft' });
  await expect(dialog).toContainText('1 thing differs');
  await inBothThemes(page, 'the offer of a draft');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(title).toHaveValue('Draft');
  await context.setOffline(true);
  await title.fill('Written offline');
  await save(page).click();
  await expect(page.locator('.banner')).toContainText('saving is tried again');
  await context.setOffline(false);
  await expect(changes(page)).toHaveText('No changes', { timeout: 20_000 });
  expect(await saved(page)).toMatchObject({ title: 'Written offline' });
  await expect.poll(kept).toBe(false);
});

test('whoever may not edit gets no page and no way to it', async ({ page, browser, server }) => {
  await edit(page);
  await addUser(page, 'vera', 'vera-likes-charts', ['viewer']);
  const context = await browser.newContext({ baseURL: server.url });
  const data = { name: 'vera', password: 'vera-likes-charts' };
  expect((await context.request.post('/api/session', { data })).ok()).toBeTruthy();
  expect((await context.request.get('/d/shop/edit')).status()).toBe(403);
  expect((await page.request.get('/d/nothing/edit')).status()).toBe(404);
  await context.close();
});
