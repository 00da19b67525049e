// A new person, by keyboard alone: from the invitation to the second factor, out, and in again with a code.
import { createHmac } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { inBothThemes } from './accessible';
import { expect, test } from './fixtures';
import { hydrated, live, signIn, WITH_ADMIN } from './people';

test.use({ serverEnv: WITH_ADMIN });

const PASSWORD = 'a long way to the sea';

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let i = 0; i < 80; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}

/** Goes to a control and presses Enter. */
async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

/** Goes to a field and types. */
async function type(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

/** The code that an authenticator app shows so many steps from now (RFC 6238). */
function code(secret: string, steps: number): string {
  const bits = [...secret].map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0'));
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff;
  return (number % 1_000_000).toString().padStart(6, '0');
}

test('an invitation leads to a password, a second factor, out, and in again with a code', async ({ page, browser, server, problems }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await page.goto('/admin/people');
  await hydrated(page);
  const note = page.getByRole('textbox', { name: /^For/ });
  await expect(async () => {
    await page.keyboard.press('n');
    await expect(page.getByRole('button', { name: 'Make the link' })).toBeVisible({ timeout: 200 });
  }).toPass();
  await type(page, note, 'Vera');
  await press(page, page.getByRole('button', { name: 'Make the link' }));
  // What is shown once has the focus, in the place of the form.
  await expect(page.getByLabel('Link', { exact: true })).toBeFocused();
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  expect(link).toContain(`${server.url}/join/`);
  await press(page, page.getByRole('button', { name: 'Done' }));
  await expect(page.getByRole('button', { name: 'Invite', exact: true })).toBeFocused();

  const context = await browser.newContext({ baseURL: server.url });
  const vera = await context.newPage();
  problems.watch(vera);
  await vera.goto(link);
  await type(vera, vera.getByLabel('Name'), 'vera');
  await type(vera, vera.getByLabel('Password', { exact: true }), PASSWORD);
  await vera.keyboard.press('Enter');
  await live(vera);
  // The link works once.
  const again = await context.newPage();
  await again.goto(link);
  await expect(again.getByRole('heading', { name: 'This invitation does not work' })).toBeVisible();
  await again.close();

  await press(vera, vera.locator('.account summary'));
  await press(vera, vera.getByRole('link', { name: 'Account settings' }));
  await vera.waitForURL('**/account');
  await hydrated(vera);
  await inBothThemes(vera, 'account');
  const factor = vera.getByRole('region', { name: 'Second factor' });
  await expect(async () => {
    await type(vera, factor.getByLabel('Current password'), PASSWORD);
    await vera.keyboard.press('Enter');
    await expect(factor.getByLabel('Secret', { exact: true })).toBeVisible({ timeout: 3_000 });
  }).toPass();
  const secret = await factor.getByLabel('Secret', { exact: true }).inputValue();
  await type(vera, factor.getByRole('textbox', { name: /^Code/ }), code(secret, 0));
  await vera.keyboard.press('Enter');
  await expect(factor.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10);
  await inBothThemes(vera, 'recovery codes');
  await press(vera, factor.getByRole('button', { name: 'I have kept them' }));
  await expect(factor).toContainText('10 recovery codes are left');

  // A token: its secret has the focus, and then the button that makes another.
  const tokens = vera.getByRole('region', { name: 'Tokens' });
  await press(vera, tokens.getByRole('button', { name: 'New token…' }));
  await type(vera, tokens.getByLabel('Name of the token'), 'script');
  await vera.keyboard.press('Enter');
  await expect(tokens.getByLabel('Secret of the token')).toBeFocused();
  await press(vera, tokens.getByRole('button', { name: 'Done' }));
  await expect(tokens.getByRole('button', { name: 'New token…' })).toBeFocused();

  await press(vera, vera.locator('.account summary'));
  await press(vera, vera.getByRole('button', { name: 'Sign out' }));
  await vera.waitForURL('**/sign-in');
  await type(vera, vera.getByLabel('Name'), 'vera');
  await type(vera, vera.getByLabel('Password', { exact: true }), PASSWORD);
  problems.allow(/status of 401/);
  await vera.keyboard.press('Enter');
  await expect(vera.getByLabel('Code')).toBeFocused();
  // A further step is no error.
  await expect(vera.getByRole('alert')).toBeHidden();
  // A code is taken once: this is that of the next step.
  await vera.keyboard.type(code(secret, 1));
  await vera.keyboard.press('Enter');
  await live(vera);

  // An admin ends the session, and the open page learns of it.
  await page.goto('/admin/sessions');
  await hydrated(page);
  const table = page.getByRole('grid', { name: 'Sessions' });
  await expect(async () => {
    await page.keyboard.press('/');
    await expect(page.getByRole('searchbox', { name: 'Search sessions' })).toBeFocused({ timeout: 200 });
  }).toPass();
  await page.keyboard.type('vera');
  await tabTo(page, table);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await press(page, page.getByRole('button', { name: 'End this session…' }));
  await press(page, page.getByRole('button', { name: 'End the session', exact: true }));
  await expect(page.getByText('Signed out.')).toBeVisible();
  // What had the focus is gone with the session: the list has it.
  await expect(table).toBeFocused();
  await vera.waitForURL(/sign-in/);
  await context.close();
});
