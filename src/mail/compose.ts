import { dateInWords, numberInWords } from '#src/domain/customers/dates.ts';
import type { Language } from '#src/domain/customers/language.ts';
import { certificateBlocks, type Attachment, type CertificateMaterial } from '#src/mail/certificate-mail.ts';
import { asHtml, asText, type Block, type MailDocument } from '#src/mail/layout.ts';
import { mailWords } from '#src/mail/words/words.ts';

/** What a mail is made of; the kind says which. */
export type MailMaterial =
  | { readonly kind: 'certificate'; readonly certificate: CertificateMaterial }
  | { readonly kind: 'sign-in'; readonly code: string }
  | { readonly kind: 'invitation'; readonly by: string; readonly company: string }
  | {
      readonly kind: 'notice';
      /** Masked. */
      readonly registrationKey: string;
      readonly orderNumber: string;
      readonly member: string;
      readonly account: string;
    };

/** A mail, composed; who sends it adds the addresses. */
export interface ComposedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly Attachment[];
}

/** Pure: the same material gives the same mail. @param portal address of the portal, as browsers reach it */
export function composeMail(material: MailMaterial, language: Language, portal: string): ComposedMail {
  const document = documentOf(material, language, portal);
  return {
    subject: document.subject,
    text: asText(document),
    html: asHtml(document),
    attachments: material.kind === 'certificate' ? [material.certificate.attachment] : [],
  };
}

function documentOf(material: MailMaterial, language: Language, portal: string): MailDocument {
  const words = mailWords[language];
  const head = { language, portal: words.portal };
  const link: Block = { kind: 'link', text: words.toPortal, href: portal, address: words.address };
  const nobody = { greeting: words.greetingNobody, footer: words.footerNobody };
  switch (material.kind) {
    case 'certificate': {
      const { facts } = material.certificate;
      const { company, contact } = facts.customer;
      return {
        ...head,
        ...certificateBlocks(material.certificate, words, link, {
          date: (date) => dateInWords(date, language),
          number: (value) => numberInWords(value, language),
        }),
        greeting: words.greeting(company, contact),
        footer: words.footer(company),
      };
    }
    case 'sign-in':
      return {
        ...head,
        ...nobody,
        subject: words.signIn.subject,
        title: words.signIn.title,
        blocks: [
          { kind: 'paragraph', text: words.signIn.lead },
          { kind: 'code', name: words.signIn.title, code: material.code, isLarge: true },
          { kind: 'paragraph', text: words.signIn.good },
          { kind: 'paragraph', text: words.signIn.notYou },
        ],
      };
    case 'invitation':
      return {
        ...head,
        ...nobody,
        subject: words.invitation.subject(material.company),
        title: words.invitation.title,
        blocks: [
          { kind: 'paragraph', text: words.invitation.lead(material.by, material.company) },
          { kind: 'paragraph', text: words.invitation.how },
          link,
          { kind: 'paragraph', text: words.invitation.notYou },
        ],
      };
    case 'notice':
      return {
        ...head,
        ...nobody,
        subject: words.notice.subject,
        title: words.notice.title,
        blocks: [
          { kind: 'paragraph', text: words.notice.lead(material.registrationKey) },
          {
            kind: 'facts',
            rows: [
              { name: words.orderNumber, value: material.orderNumber },
              { name: words.notice.account, value: material.account },
              { name: words.notice.by, value: material.member },
            ],
          },
          { kind: 'paragraph', text: words.notice.wrong },
          link,
        ],
      };
  }
}
