// The main job, end to end: from the one-time link to an arrangement that is still there.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { ink } from './canvas';
import { addToken, curlEvent, live, signIn } from './people';

/** The first metric of a newcomer, as README has it. */
const CONFIG = `
[[metrics]]
name = "shop.price"
kind = "last_value"
event = "shop.order"
measurement = "price"
`;

test.use({
  serverEnv: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'pulseboard-journey-'));
    const config = join(folder, 'pulseboard.toml');
    await writeFile(config, CONFIG);
    await use({ PULSEBOARD_CONFIG: config });
    await rm(folder, { recursive: true, force: true });
  },
});

test('from the first start to an own arrangement', async ({ page, server, browser, problems }) => {
  await test.step('who comes first is led to the one-time link, and by a wrong one nowhere', async () => {
    await page.goto('/');
    await expect(page.locator('.card')).toContainText('First admin: http');
    await expect(page.locator('form')).toHaveCount(0);
    await page.goto('/setup/mistyped');
    await expect(page.locator('.card')).toContainText('This link does not work');
    await expect(page.locator('form')).toHaveCount(0);
  });

  const link = await server.firstAdminLink();
  await test.step('the one-time link makes the first admin and signs in', async () => {
    problems.allow(/422/);
    await page.goto(link);
    await page.getByLabel('Name').fill('Anna Karlsson');
    const password = page.getByLabel('Password');
    await password.fill('short');
    await page.getByLabel('Show what is typed').check();
    await expect(password).toHaveAttribute('type', 'text');
    await page.getByRole('button', { name: 'Make admin and sign in' }).click();
    // In people's words, in the page or of the browser, and where to go on.
    await expect(password).toBeFocused();
    const words = await password.evaluate((input: HTMLInputElement) => input.validationMessage + document.querySelector('[role=alert]')!.textContent);
    expect(words).toMatch(/8 characters/);
    expect(words).not.toMatch(/byte|\/api\//);
    await password.fill('correct-horse-battery');
    await page.getByRole('button', { name: 'Make admin and sign in' }).click();
    await live(page);
    await expect(page).toHaveTitle('System · Pulseboard');
    await expect(page.locator('.connection')).toContainText(/Live.*Connected: \d+m \d+s/);
    await expect(page.getByLabel('Account of Anna Karlsson')).toHaveText('AK');
  });

  await test.step('the link is used up, and says so before a form is filled in', async () => {
    await page.goto(link);
    await expect(page.locator('.card')).toContainText('this server has an admin');
    await expect(page.locator('form')).toHaveCount(0);
    await page.goto('/');
    await live(page);
  });

  await test.step('a chart changes with new data', async () => {
    await expect.poll(async () => (await ink(page, 'cpu')).columns.length).toBeGreaterThan(0);
    const before = await ink(page, 'cpu');
    await expect.poll(async () => (await ink(page, 'cpu')).hash).not.toBe(before.hash);
    await expect.poll(async () => (await ink(page, 'cpu')).columns.length).toBeGreaterThan(before.columns.length);
  });

  await test.step('an event sent by curl shows within a second', async () => {
    const secret = await addToken(page);
    const answer = await curlEvent(server, secret, {
      name: 'log.message',
      metadata: { level: 'warn', message: 'deploy finished in 41 s', source: 'ci' },
    });
    expect(JSON.parse(answer)).toMatchObject({ accepted: 1, rejected: 0 });
    const row = page.locator('.events li', { hasText: 'deploy finished in 41 s' });
    await expect(row).toBeVisible({ timeout: 1000 });
    await expect(row).toContainText('warn');
    await expect(row).toContainText('ci');
  });

  await test.step('the first sample of a metric is seen, alone as it is, with its age', async () => {
    const secret = await addToken(page);
    const answer = await curlEvent(server, secret, { name: 'shop.order', measurements: { price: 49.5 } });
    expect(JSON.parse(answer)).toMatchObject({ accepted: 1, rejected: 0 });
    await page.goto('/metrics-list?metric=shop.price');
    const chart = page.locator('.metric [data-widget]').first();
    const id = (await chart.getAttribute('data-widget'))!;
    await expect.poll(async () => (await ink(page, id)).columns.length).toBeGreaterThan(2);
    // A dot, and no line.
    const { columns } = await ink(page, id);
    expect(columns.at(-1)! - columns[0]).toBeLessThan(16);
    await expect(chart.locator('.legend b')).toHaveText(/^49\.50?$/);
    await expect(chart.locator('.legend small')).toHaveText(/^\d+m \d\ds ago$/);
    await page.goto('/');
    await live(page);
  });

  const place = (id: string) => page.locator(`[data-widget="${id}"]`).boundingBox();

  await test.step('one widget is dragged, another hidden', async () => {
    const before = await place('cpu');
    await page.getByRole('button', { name: 'Edit' }).click();
    const handle = (await page.getByRole('button', { name: 'Move CPU by core' }).boundingBox())!;
    await page.mouse.move(handle.x + 10, handle.y + 10);
    await page.mouse.down();
    await page.mouse.move(handle.x - 400, handle.y + 5, { steps: 8 });
    await expect(page.locator('.placeholder')).toBeVisible();
    await page.mouse.move(60 + (handle.x - before!.x), handle.y, { steps: 8 });
    await page.mouse.up();
    await expect(page.locator('.placeholder')).toHaveCount(0);
    await page.getByRole('button', { name: 'Hide Load' }).click();
    await expect(page.locator('[data-widget="load"]')).toBeHidden();
    await expect(page.locator('[data-saving="saved"]')).toBeVisible();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.waitForTimeout(300);
    expect((await place('cpu'))!.x).toBeLessThan(before!.x - 300);
  });

  const left = { cpu: await place('cpu'), latency: await place('latency'), events: await place('events') };
  const asLeft = async (where: typeof page) => {
    await live(where);
    await expect(where.locator('[data-widget="load"]')).toBeHidden();
    for (const [id, box] of Object.entries(left)) {
      expect(await where.locator(`[data-widget="${id}"]`).boundingBox(), id).toEqual(box);
    }
  };

  await test.step('it is as left after a reload', async () => {
    await page.reload();
    await asLeft(page);
  });

  await test.step('and in another browser, where the hidden widget is shown again', async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: server.url });
    const other = await context.newPage();
    problems.watch(other);
    await signIn(other, 'Anna Karlsson');
    await asLeft(other);
    await other.getByRole('button', { name: 'Edit' }).click();
    await other.getByRole('button', { name: 'Show Load' }).click();
    await expect(other.locator('[data-widget="load"]')).toBeVisible();
    await expect(other.locator('[data-saving="saved"]')).toBeVisible();
    await context.close();
  });
});
