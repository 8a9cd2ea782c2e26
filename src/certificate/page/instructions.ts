import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/** What the holder of the certificate does next (rules §4, §5.4). */
export function instructions(facts: CertificateFacts): {
  readonly heading: string;
  readonly steps: readonly string[];
} {
  switch (facts.kind) {
    case 'merge':
      return { heading: 'After the merge', steps: AFTER_MERGE };
    case 'undo-merge':
      return { heading: 'After the merge was undone', steps: AFTER_UNDOING };
    case 'change':
      return { heading: 'What this version is for', steps: AFTER_CHANGE };
    case 'upgrade':
      return facts.lines.some(({ action }) => action === 'awaiting-registration' || action === 'available')
        ? { heading: 'How to register', steps: REGISTER }
        : { heading: 'Nothing left to register', steps: NOTHING_LEFT };
  }
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

const AFTER_CHANGE = [
  'This version takes the place of the earlier ones of its number: keep it with them.',
  'Codes that are not listed as revoked or replaced stay as they are; nothing needs to be reinstalled.',
];

const AFTER_UNDOING = [
  'Each license is as it was before the merge: seats, date and code.',
  'A product that was given the surviving code: enter its own code in it again.',
];

const AFTER_MERGE = [
  'Use the surviving Activation Code from now on; it carries the seats of all merged licenses.',
  'The other codes are disabled for good; they stay on record here.',
  'A product that still runs on a disabled code: enter the surviving code in it.',
];
