import { buffer } from 'node:stream/consumers';
import PdfDocument from 'pdfkit';
import { create } from 'qrcode';
import type { UpgradeCertificateFacts } from '#src/domain/certificate-facts.ts';

/** A plain page with what a certificate says and its QR code, in the standard fonts, as pdfkit's own guide would do it. */
export function barePage(facts: UpgradeCertificateFacts, jws: string): Promise<Buffer> {
  const page = new PdfDocument({ size: 'A4', margin: 40 });
  const { customer, suite } = facts;
  page.font('Helvetica-Bold').fontSize(28).text('License Certificate');
  page
    .font('Helvetica')
    .fontSize(10)
    .text(`No. ${facts.number}, version ${facts.version}, issued on ${facts.issuedOn}`);
  page.text(`Reseller ${facts.reseller}, order ${facts.orderNumber}`);
  page.fontSize(18).text(customer.company);
  page.fontSize(10).text([customer.contact, customer.email, customer.country, customer.account].join(', '));
  page.fontSize(16).text(`${suite.name} (${suite.code})`);
  page.fontSize(11).text(`for ${facts.seats} seats, valid through ${facts.validThrough}`);
  page.font('Courier').fontSize(20).text(facts.registrationKey);
  for (const line of facts.lines) {
    const y = page.y + 4;
    page.font('Helvetica-Bold').fontSize(9).text(line.component, 40, y, { width: 170 });
    page.font('Helvetica').fontSize(8).text(line.pid, 40, page.y, { width: 170 });
    page
      .font('Courier')
      .fontSize(7)
      .text(line.activationCode ?? '', 215, y, { width: 170 });
    page.font('Helvetica').fontSize(8).text(line.action, 215, page.y, { width: 170 });
    page.text(`${line.previousSeats ?? ''} ${line.seats ?? ''}`, 390, y, { width: 60 });
    page.text(`${line.previouslyValidThrough ?? ''} ${line.validThrough ?? ''}`, 455, y, { width: 100 });
    page
      .moveTo(40, y + 22)
      .lineTo(555, y + 22)
      .stroke();
    page.y = y + 20;
  }
  page.font('Helvetica').fontSize(9);
  for (const [i, sentence] of howToRegister.entries()) page.text(sentence, 40, 680 + i * 24, { width: 370 });
  drawQrCode(page, jws);
  page.end();
  return buffer(page);
}

const howToRegister = [
  '1. Open the licensing portal with your existing account, or as a first-time user with the form.',
  '2. Enter the Registration Key above and accept the license agreement.',
  '3. Choose the new products to install: each gets its own Activation Code.',
  'The QR code holds the digital signature of this certificate. It can be checked without a connection.',
];

function drawQrCode(page: PDFKit.PDFDocument, jws: string): void {
  const { size, data } = create(jws, { errorCorrectionLevel: 'L' }).modules;
  const side = 120 / size;
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1)
      if (data[row * size + column]) page.rect(430 + column * side, 680 + row * side, side, side);
  page.fill('#000000');
}
