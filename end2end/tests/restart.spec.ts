// The server dies and comes back: the page says so, reconnects, and nothing is lost but the time
// in which there was no server.
import { expect, test, WHILE_DOWN } from './fixtures';
import { ink } from './canvas';
import { live, signIn, WITH_ADMIN } from './people';

test.use({ serverEnv: WITH_ADMIN });

test('killed and restarted', async ({ page, server, problems }) => {
  problems.allow(WHILE_DOWN);
  await signIn(page);
  await expect.poll(async () => (await ink(page, 'memory-over-time')).columns.length, { timeout: 20_000 }).toBeGreaterThan(15);
  const started = Date.now();
  const drawn = (await ink(page, 'memory-over-time')).columns.length;
  await server.kill();
  const killed = Date.now();

  const connection = page.locator('.connection');
  await expect(connection).toHaveAttribute('data-status', /reconnecting|stale/);
  await expect(connection).toContainText(/Reconnecting|Stale/);
  await expect(connection).toContainText(/last data|no data for/);

  await server.restart();
  const back = Date.now();
  await expect(connection).toHaveAttribute('data-status', 'live', { timeout: 30_000 });
  await live(page);

  await test.step('what was drawn is there again, and goes on', async () => {
    await expect
      .poll(async () => (await ink(page, 'memory-over-time')).columns.length, { timeout: 15_000 })
      .toBeGreaterThan(drawn);
  });

  await test.step('history has every second but those without a server', async () => {
    await page.waitForTimeout(3000);
    const query = `metric=host.memory.used&from=${started - 10_000}&to=${Date.now()}&points=600`;
    const history = await (await page.request.get(`/api/history?${query}`)).json();
    expect(history.step_ms).toBe(1000);
    const times: number[] = history.series[0].steps.map((step: [number, number[]]) => step[0]);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    // At most the last two seconds before the kill may be lost; polls come once a second.
    const lastBefore = Math.max(...times.filter((t) => t <= killed + 1000));
    expect(killed - lastBefore).toBeLessThan(3000);
    const holes = times.slice(1).map((t, i) => [times[i], t]).filter(([a, b]) => b - a > 2000);
    for (const [from, to] of holes) {
      expect(from, 'a hole begins at the kill').toBeGreaterThan(killed - 3000);
      expect(to, 'and ends with the restart').toBeLessThan(back + 4000);
    }
  });
});

test('a server that says nothing is stale', async ({ page, server }) => {
  await signIn(page);
  process.kill(server.pid!, 'SIGSTOP');
  try {
    const connection = page.locator('.connection');
    await expect(connection).toHaveAttribute('data-status', 'stale');
    await expect(connection).toContainText(/Stale.*no data for 0m \d+s/);
    await expect(page.locator('.board')).toHaveAttribute('data-status', 'stale');
  } finally {
    process.kill(server.pid!, 'SIGCONT');
  }
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
});

test('SIGTERM with an open page ends cleanly', async ({ page, server, problems }) => {
  problems.allow(WHILE_DOWN);
  await signIn(page);
  const { code } = await server.stop();
  expect(code).toBe(0);
});
