import type { Agreement } from '#src/domain/catalog.ts';

/** What is accepted where the catalog has no agreement of its own. */
export const shippedAgreement: Agreement = {
  version: '1',
  language: 'en',
  text: `This agreement is between you, the customer named in the registration, and the vendor of the products.

Use. You may install and use each product for as many seats, and until the day, that your License Certificate states for it. An Activation Code is for one product and for you alone.

Copies. You may make copies that you need for installing and for keeping safe. You may not sell, rent or lend the products or their codes.

Keeping codes safe. You keep Registration Keys and Activation Codes secret, and tell your reseller when one may have become known to others.

End. The right to use a product ends on the day that the License Certificate states, unless the license is renewed. It ends earlier when the order is returned or cancelled.

Warranty and liability are those of the contract with your reseller and of the law of your country.`,
};
