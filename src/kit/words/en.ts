import type { KitWords } from '#src/kit/words/words.ts';

export const en: KitWords = {
  language: 'en',
  name: 'English',
  title: 'Deployment Kit',
  certificate: 'License Certificate {number}, version {version}',
  purpose: 'Everything that {company} needs to install the new products of {suite}.',
  install: 'Install',
  steps: [
    {
      where: 'Linux and macOS',
      how: 'Unpack the kit, open a terminal in its folder, and run, with the rights that your installers need:',
      command: 'sh install.sh',
    },
    {
      where: 'Windows',
      how: 'Unpack the kit, open PowerShell as administrator in its folder, and run:',
      command: 'powershell -ExecutionPolicy Bypass -File install.ps1',
    },
    {
      where: 'Services',
      how: 'There is nothing to install: open the console and enter the Activation Code.',
    },
  ],
  checked:
    'The script downloads each product, compares it with the fingerprint in this kit, and hands the Activation Code to its installer. A file that is not the right one is not installed, and the script says which.',
  byHand:
    'You may as well download a product by hand from the address below and type its Activation Code when it asks.',
  products: 'Your products',
  columns: {
    product: 'Product',
    code: 'Activation Code',
    seats: 'Seats',
    validThrough: 'Valid through',
    get: 'Get it',
  },
  console: 'Open the console',
  nothing: 'Ask your reseller for the installer.',
  owned:
    'Products that you owned before are not listed: they keep their Activation Code and need no replacing or reinstalling.',
  files: 'What is in this kit',
  fileList: [
    ['START-HERE.html', 'this page'],
    ['activation-codes.csv', 'the codes as a table, for your records or your deployment tool'],
    ['{certificate}', 'your License Certificate'],
    ['install.sh, install.ps1', 'the scripts; they are plain text, and you are welcome to read them'],
    ['kit.json, kit.json.jws', 'the same for programs, and its digital signature'],
  ],
  secret: 'Keep this kit to yourself: whoever has an Activation Code can use it.',
};
