/** A composed mail with its envelope, ready to be handed over. */
export interface OutgoingMail {
  readonly id: string;
  /** RFC 5322, whole. */
  readonly raw: Buffer;
  readonly from: string;
  readonly to: string;
  /** Begins a file's name: `2026-11-28T02-15-00Z-certificate`. */
  readonly name: string;
}

/** What became of handing a mail over. */
export type SendingEnding =
  | { readonly outcome: 'sent' }
  /** Not taken, and not at fault: to be tried again. */
  | { readonly outcome: 'not-now'; readonly fault: string }
  /** Refused for good. */
  | { readonly outcome: 'refused'; readonly fault: string }
  /** The server had it whole, and its answer did not come: it may have taken it. */
  | { readonly outcome: 'uncertain'; readonly fault: string };

/** Where mails go. */
export interface MailSender {
  /** In words, for whoever starts the product. */
  readonly place: string;
  /**
   * @param beforeItsEnd called when all but the end of the mail has been given; when it answers false, or throws, the mail is not handed
   * over. From then on until the answer nobody may send it again
   */
  send(mail: OutgoingMail, beforeItsEnd: () => Promise<boolean>): Promise<SendingEnding>;
  /** Rejects, with the server's words, when mails could not be sent now. */
  verify(): Promise<void>;
}
