import { seatsInWords, type KindPage } from '#src/certificate/page/kind-page.ts';
import { PRODUCT_COLUMNS, productRows } from '#src/certificate/page/product-rows.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type { UpgradeCertificateFacts } from '#src/domain/certificate-facts.ts';

/** A suite that was ordered, or registered. */
export function upgradePage(fonts: DocumentFonts, facts: UpgradeCertificateFacts): KindPage {
  const { suite, startsOn, lines } = facts;
  const from = startsOn === undefined ? '' : `from ${startsOn}, `;
  const isOpen = lines.some(({ action }) => action === 'awaiting-registration' || action === 'available');
  return {
    statement: {
      opening: 'is licensed to use',
      subject: `${suite.name} (${suite.code})`,
      terms: `for ${seatsInWords(facts.seats)}, ${from}valid through ${facts.validThrough}`,
    },
    panel: { title: 'Registration Key', code: facts.registrationKey },
    numberLabel: 'Order number',
    columns: PRODUCT_COLUMNS,
    rows: productRows(fonts, facts),
    schedule: {
      title: 'Schedule of Products',
      subject: suite.name,
      listed: `The ${lines.length} products of the suite, with their Activation Codes, seats and dates`,
    },
    instructions: isOpen
      ? { heading: 'How to register', steps: REGISTER }
      : { heading: 'Nothing left to register', steps: NOTHING_LEFT },
  };
}

const REGISTER = [
  '1.  Open the licensing portal with your existing account, or as a first-time user with the form.',
  '2.  Enter the Registration Key above and accept the license agreement.',
  '3.  Choose the new products to install: each gets its own Activation Code.',
  'Products that are retained and extended keep their code; nothing needs to be reinstalled.',
];

const NOTHING_LEFT = [
  'Every product of the suite has its Activation Code, listed on this certificate.',
  'Retained products keep the code they had: nothing needs to be replaced or reinstalled.',
  'Keep the Registration Key: it identifies this suite in the licensing portal.',
];
