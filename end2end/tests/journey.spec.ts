// The main job, end to end: from the one-time link to an arrangement that is still there.
import { expect, test } from './fixtures';
import { ink } from './canvas';
import { addToken, curlEvent, live, signIn } from './people';

test('from the first start to an own arrangement', async ({ page, server, browser, problems }) => {
  await test.step('the one-time link makes the first admin and signs in', async () => {
    await page.goto(await server.firstAdminLink());
    await page.getByLabel('Name').fill('Anna Karlsson');
    await page.getByLabel('Password').fill('correct-horse-battery');
    await page.getByRole('button', { name: 'Make admin and sign in' }).click();
    await live(page);
    await expect(page).toHaveTitle('System · Pulseboard');
    await expect(page.locator('.connection')).toContainText(/Live.*Connected: \d+m \d+s/);
    await expect(page.getByLabel('Account of Anna Karlsson')).toHaveText('AK');
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
