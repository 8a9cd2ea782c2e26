/** What mails say, in English; the other languages have the same entries. */
export const en = {
  portal: 'Licensing Portal',
  greeting: (company: string, contact: string | undefined) => `Dear ${contact ?? company},`,
  greetingNobody: 'Hello,',
  seats: 'Seats',
  validThrough: 'Valid through',
  registrationKey: 'Registration Key',
  activationCode: 'Activation Code',
  product: 'Product',
  orderNumber: 'Order number',
  requestNumber: 'Request number',
  certificateNumber: 'License Certificate',
  version: (number: string, version: number) => `${number}, version ${version}`,
  reseller: 'Reseller',
  suite: 'Suite',
  toPortal: 'Go to the Licensing Portal',
  address: 'The portal is at',
  footer: (company: string) =>
    `This mail was sent to ${company} because of a license. It was written by a program; answers to it are not read.`,
  footerNobody: 'This mail was written by a program; answers to it are not read.',
  order: {
    subject: (suite: string, number: string) => `Your License Certificate for ${suite} (${number})`,
    title: 'Your License Certificate',
    lead: (suite: string) =>
      `Your order of ${suite} has been fulfilled. The License Certificate is attached; it carries your Registration Key.`,
    next: 'What to do next',
    steps: [
      'Go to the Licensing Portal and choose “Sign up now”, or sign in if you have an account.',
      'Enter the Registration Key and accept the License Agreement.',
      'Select the products that are new to you. You get their Activation Codes and a Deployment Kit that installs them.',
    ],
    keep: 'Products that you own already keep their Activation Codes: there is nothing to replace or reinstall.',
  },
  registration: {
    subject: (suite: string, number: string) => `${suite}: your products and Activation Codes (${number})`,
    title: 'Your products are registered',
    lead: (suite: string) =>
      `A Registration Key of ${suite} was registered to your account. The attached License Certificate lists every product.`,
    issued: (count: number) =>
      count === 1 ? '1 Activation Code was issued.' : `${count} Activation Codes were issued.`,
    kit: 'Sign in to the Licensing Portal to select further products and to get the Deployment Kit.',
  },
  merge: {
    subject: (product: string, number: string) => `${product}: your licenses were merged (${number})`,
    title: 'Your licenses were merged',
    lead: (product: string) =>
      `Licenses of ${product} were merged into one. The attached License Certificate says what merged into what.`,
    undone: (product: string) =>
      `A merge of licenses of ${product} was undone: every license is as it was before. The attached License Certificate lists them.`,
    survivor: 'The license that goes on',
    disabled: (count: number) =>
      count === 1
        ? '1 license was merged into it and is disabled.'
        : `${count} licenses were merged into it and are disabled.`,
  },
  change: {
    subject: (suite: string, number: string) =>
      `${suite}: your License Certificate has a new version (${number})`,
    title: 'Your License Certificate has a new version',
    lead: (suite: string) =>
      `Something about your licenses of ${suite} has changed. The attached License Certificate says what is valid now.`,
  },
  signIn: {
    subject: 'Your code for the Licensing Portal',
    title: 'Your code',
    lead: 'Enter this code on the page that asked for it:',
    good: 'It is good for 10 minutes, and only in the browser in which it was asked for.',
    notYou:
      'If you did not ask for it, do nothing: without the code nobody gets in. Never tell it to anybody, also not to us.',
  },
  invitation: {
    subject: (company: string) => `You can now act for ${company} in the Licensing Portal`,
    title: 'You have been invited',
    lead: (by: string, company: string) => `${by} has invited you to look after the licenses of ${company}.`,
    how: 'Go to the Licensing Portal and sign in with this e-mail address. There is no password: a code is mailed to you each time.',
    notYou: 'If you do not know what this is about, do nothing.',
  },
  notice: {
    subject: 'A Registration Key that was ordered for you has been registered',
    title: 'Your Registration Key was registered',
    lead: (key: string) =>
      `The Registration Key ${key} was ordered for this address. It has been registered by another member of the same account:`,
    by: 'Registered by',
    account: 'Account',
    wrong:
      'If that is as it should be, there is nothing to do. If not, sign in to the Licensing Portal, where you can see and remove members, or write to your reseller.',
  },
};

export type MailWords = typeof en;
