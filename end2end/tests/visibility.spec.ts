// What a role may not see is in no byte that is sent to it.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures';
import { addUser, ADMIN_PASSWORD, signIn, WITH_ADMIN } from './people';
import type { Page } from '@playwright/test';

test.use({ serverEnv: WITH_ADMIN });

const PASSWORD = 'viewer-password';

/** Everything that a stream and the other answers bring in a few seconds. */
async function bytes(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const texts = [];
    for (const path of ['/api/metrics', '/api/dashboards', '/api/me', '/']) texts.push(await (await fetch(path)).text());
    const response = await fetch('/api/stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const until = performance.now() + 4000;
    while (performance.now() < until) {
      const { value, done } = await reader.read();
      if (done) break;
      texts.push(value);
    }
    await reader.cancel();
    return texts.join('\n');
  });
}

test('a viewer receives nothing of a metric that requires admin', async ({ page, server, browser, problems }) => {
  await signIn(page);
  await addUser(page, 'vera', PASSWORD, ['viewer']);
  const document = await (await page.request.get('/api/dashboards/system')).json();
  document.widgets.push({
    id: 'queries',
    kind: 'line',
    title: 'Database',
    metrics: [{ metric: 'db.queries', field: 'rate', by: 'query' }],
    place: { x: 0, y: 22, w: 6, h: 6 },
  });
  const saved = await page.request.put('/api/dashboards/system', { data: document });
  expect(saved.ok(), await saved.text()).toBeTruthy();

  const context = await browser.newContext({ baseURL: server.url });
  const other = await context.newPage();
  problems.watch(other);
  await signIn(other, 'vera', PASSWORD);

  const secrets = ['db.quer', 'auth.sign_in', 'pulseboard.samples', 'find_session'];
  const [seen, hidden] = await Promise.all([bytes(page), bytes(other)]);
  expect(seen).toContain('event: frame');
  expect(hidden).toContain('event: frame');
  expect(hidden).toContain('host.cpu.usage');
  for (const secret of secrets.slice(0, 3)) expect(seen.includes(secret), secret).toBe(true);
  for (const secret of secrets) {
    const at = hidden.indexOf(secret);
    expect(at, `${secret} in …${hidden.slice(Math.max(0, at - 80), at + 80)}…`).toBe(-1);
  }

  const history = await other.request.get('/api/history?metric=db.queries');
  const unknown = await other.request.get('/api/history?metric=no.such');
  expect(history.status()).toBe(404);
  expect((await history.text()).replace('db.queries', 'no.such')).toBe(await unknown.text());

  await expect(other.locator('[data-widget="queries"]')).toContainText('Not visible for your role');
  await page.reload();
  await expect(page.locator('[data-widget="queries"] .legend')).toContainText(/\d/);
  await context.close();
});

test('somebody who is not signed in sees an open dashboard, and is led to sign-in for the rest', async ({ page, server, browser, problems }) => {
  await signIn(page);
  const data = { name: 'guest', version: 0, metrics: [{ pattern: 'host.*' }], dashboards: ['system'] };
  const opened = await page.request.put('/api/admin/roles/guest', { data });
  expect(opened.ok(), await opened.text()).toBeTruthy();

  const context = await browser.newContext({ baseURL: server.url });
  const guest = await context.newPage();
  problems.watch(guest);
  await guest.goto('/d/system');
  await expect(guest.locator('.connection')).toHaveAttribute('data-status', 'live');
  await expect(guest.locator('[data-widget="memory"] .value b')).toHaveText(/\d/);
  const withheld = guest.locator('[data-widget="requests"] .state');
  await expect(withheld).toHaveText('Sign in to see more');
  await expect(guest.getByRole('button', { name: 'Edit' })).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page: guest }).options({ rules: { 'target-size': { enabled: true } } }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
  await withheld.getByRole('link').click();
  await guest.getByLabel('Name').fill('admin');
  await guest.getByLabel('Password').fill(ADMIN_PASSWORD);
  await guest.getByRole('button', { name: 'Sign in' }).click();
  await expect(guest).toHaveURL(/\/d\/system/);
  await expect(guest.locator('[data-widget="requests"] .value b')).toHaveText(/\d/);
  await context.close();
});
