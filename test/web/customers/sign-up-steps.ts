import type { Page } from 'playwright-core';
import { codeMailedTo, type PortalSite } from '#test/web/customers/portal-site.ts';

/**
 * Signs up with a key until the address is proven.
 * @param isNew fills the form of a first-time user, too
 * @param nth which code that was mailed to the address is entered
 */
export async function signUpUntilProven(
  site: PortalSite,
  page: Page,
  key: string,
  address: string,
  isNew = false,
  nth = 1,
): Promise<void> {
  await page.goto(`${site.url}/portal/sign-up`);
  const way = isNew || nth === 1 ? 'No, I am a first time user' : 'Yes, I have an account';
  await page.getByRole('radio', { name: way }).check();
  await page.getByRole('textbox', { name: 'Registration Key' }).fill(key);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('checkbox', { name: 'I have read and accept the License Agreement' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  if (isNew) {
    await page.getByRole('textbox', { name: 'Company' }).fill('Nordlys AS');
    await page.getByRole('combobox', { name: 'Country' }).selectOption('NO');
    await page.getByRole('combobox', { name: 'Region' }).selectOption('emea');
  }
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(address);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'Code' }).fill(await codeMailedTo(site, address, nth));
  await page.getByRole('button', { name: 'Continue' }).click();
}
