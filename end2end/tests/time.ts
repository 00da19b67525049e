// The time picker, as a person uses it.
import { expect, type Locator, type Page } from '@playwright/test';

/** What the bar says is shown. */
export function shownTime(page: Page): Locator {
  return page.getByRole('button', { name: /^Time range/ });
}

/** Opens the time picker. */
export async function openPicker(page: Page): Promise<Locator> {
  await shownTime(page).click();
  const picker = page.getByRole('dialog', { name: 'Time range' });
  await expect(picker).toBeVisible();
  return picker;
}

/** Chooses a span that goes on, by its words: `Last 15 minutes`. */
export async function chooseSpan(page: Page, words: string): Promise<void> {
  const picker = await openPicker(page);
  await picker.getByLabel(words, { exact: true }).click();
  await expect(picker).toBeHidden();
}
