import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import { nothingOwed, type Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { storeCertificatePdfs, type RenderedCertificate } from '#src/persistence/certificates.ts';
import { recordReady } from '#src/persistence/events.ts';
import { lock } from '#src/persistence/locks.ts';
import { insertCertificateMails } from '#src/persistence/mails.ts';

/** A rendered certificate, with the accounts that it and its message name. */
export interface StoredCertificate extends RenderedCertificate {
  readonly accounts: readonly string[];
}

/**
 * Stores rendered certificates with what they cause, in one transaction: mails, and the events that they are ready. One that was stored
 * before causes nothing.
 * @param mails whether customers are owed certificates by mail
 */
export async function storeCertificates(
  fulfillment: Fulfillment,
  rendered: readonly StoredCertificate[],
  mails: boolean,
): Promise<void> {
  // Two jobs may have been about one of them: what is owed for it is owed once.
  const certificates = [...new Map(rendered.map((one) => [`${one.number} ${one.version}`, one])).values()];
  if (certificates.length === 0) return;
  const accounts = certificates.flatMap((one) => one.accounts);
  const owed = await repeatingTransaction(fulfillment.database, async (tx) => {
    // All reach the server together: a mail or an event that is owed costs no round trip. The locks come last, to be held shortly;
    // nothing that has them waits for a row of certificates.
    const [, written] = await Promise.all([
      storeCertificatePdfs(tx, certificates),
      mails ? insertCertificateMails(tx, certificates) : [],
      fulfillment.events ? lock(tx, { accounts }) : undefined,
      fulfillment.events ? recordReady(tx, certificates) : undefined,
    ]);
    return { ...nothingOwed, mails: written };
  });
  fulfillment.announce(owed);
}
