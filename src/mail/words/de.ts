import type { MailWords } from '#src/mail/words/en.ts';

export const de: MailWords = {
  product: 'Lizenzportal',
  greeting: (name) => `Guten Tag ${name},`,
  greetingNobody: 'Guten Tag,',
  seats: 'Arbeitsplätze',
  validThrough: 'Gültig bis',
  registrationKey: 'Registrierungsschlüssel',
  activationCode: 'Aktivierungscode',
  orderNumber: 'Bestellnummer',
  certificateNumber: 'Lizenzzertifikat',
  reseller: 'Händler',
  suite: 'Suite',
  toPortal: 'Zum Lizenzportal',
  address: 'Das Portal ist unter dieser Adresse:',
  footer: (company) =>
    `Diese Nachricht ging wegen einer Lizenz an ${company}. Ein Programm hat sie geschrieben; Antworten darauf liest niemand.`,
  footerNobody: 'Ein Programm hat diese Nachricht geschrieben; Antworten darauf liest niemand.',
  order: {
    subject: (suite, number) => `Ihr Lizenzzertifikat für ${suite} (${number})`,
    title: 'Ihr Lizenzzertifikat',
    lead: (suite) =>
      `Ihre Bestellung von ${suite} ist ausgeführt. Das Lizenzzertifikat hängt an; auf ihm steht Ihr Registrierungsschlüssel.`,
    next: 'So geht es weiter',
    steps: [
      'Gehen Sie zum Lizenzportal und wählen Sie „Jetzt registrieren“, oder melden Sie sich an, wenn Sie ein Konto haben.',
      'Geben Sie den Registrierungsschlüssel ein und nehmen Sie den Lizenzvertrag an.',
      'Wählen Sie die Produkte, die für Sie neu sind. Sie erhalten deren Aktivierungscodes und ein Installationspaket.',
    ],
    keep: 'Produkte, die Sie schon haben, behalten ihren Aktivierungscode: Es ist nichts auszutauschen und nichts neu zu installieren.',
  },
  registration: {
    subject: (suite, number) => `${suite}: Ihre Produkte und Aktivierungscodes (${number})`,
    title: 'Ihre Produkte sind registriert',
    lead: (suite) =>
      `Ein Registrierungsschlüssel für ${suite} wurde für Ihr Konto registriert. Das angehängte Lizenzzertifikat nennt jedes Produkt.`,
    issued: (count) =>
      count === 1
        ? '1 Aktivierungscode wurde ausgestellt.'
        : `${count} Aktivierungscodes wurden ausgestellt.`,
    kit: 'Im Lizenzportal können Sie weitere Produkte wählen und das Installationspaket holen.',
  },
  merge: {
    subject: (product, number) => `${product}: Ihre Lizenzen wurden zusammengeführt (${number})`,
    title: 'Ihre Lizenzen wurden zusammengeführt',
    lead: (product) =>
      `Lizenzen von ${product} wurden zu einer zusammengeführt. Das angehängte Lizenzzertifikat sagt, was worin aufgegangen ist.`,
    survivor: 'Die Lizenz, die bleibt',
    disabled: (count) =>
      count === 1
        ? '1 Lizenz ist darin aufgegangen und abgeschaltet.'
        : `${count} Lizenzen sind darin aufgegangen und abgeschaltet.`,
  },
  change: {
    subject: (suite, number) => `${suite}: neue Fassung Ihres Lizenzzertifikats (${number})`,
    title: 'Ihr Lizenzzertifikat hat eine neue Fassung',
    lead: (suite) =>
      `An Ihren Lizenzen für ${suite} hat sich etwas geändert. Das angehängte Lizenzzertifikat sagt, was jetzt gilt.`,
  },
  signIn: {
    subject: 'Ihr Code für das Lizenzportal',
    title: 'Ihr Code',
    lead: 'Geben Sie diesen Code auf der Seite ein, die danach fragt:',
    good: 'Er gilt 10 Minuten, und nur in dem Browser, in dem er angefordert wurde.',
    notYou:
      'Wenn Sie ihn nicht angefordert haben, tun Sie nichts: Ohne den Code kommt niemand hinein. Sagen Sie ihn niemandem, auch uns nicht.',
  },
  invitation: {
    subject: (company) => `Sie können im Lizenzportal jetzt für ${company} handeln`,
    title: 'Sie sind eingeladen',
    lead: (by, company) => `${by} gibt Ihnen Zugang zu den Lizenzen von ${company}.`,
    how: 'Gehen Sie zum Lizenzportal und melden Sie sich mit dieser E-Mail-Adresse an. Ein Kennwort gibt es nicht: Sie bekommen jedes Mal einen Code geschickt.',
    notYou: 'Wenn Sie nicht wissen, worum es geht, tun Sie nichts.',
  },
  notice: {
    subject: 'Ein für Sie bestellter Registrierungsschlüssel wurde registriert',
    title: 'Ihr Registrierungsschlüssel wurde registriert',
    lead: (key) =>
      `Der Registrierungsschlüssel ${key} war für diese Adresse bestellt. Ein anderes Mitglied desselben Kontos hat ihn registriert:`,
    by: 'Registriert von',
    account: 'Konto',
    wrong:
      'Wenn das so sein soll, ist nichts zu tun. Wenn nicht, melden Sie sich im Lizenzportal an, wo Sie Mitglieder sehen und entfernen können, oder schreiben Sie Ihrem Händler.',
  },
};
