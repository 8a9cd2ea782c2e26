import type { MailWords } from '#src/mail/words/en.ts';

export const de: MailWords = {
  portal: 'Lizenzportal',
  greeting: (company, contact) => `Guten Tag ${contact ?? company},`,
  greetingNobody: 'Guten Tag,',
  seats: 'Arbeitsplätze',
  validThrough: 'Gültig bis',
  registrationKey: 'Registrierungsschlüssel',
  activationCode: 'Aktivierungscode',
  product: 'Produkt',
  orderNumber: 'Bestellnummer',
  requestNumber: 'Vorgangsnummer',
  certificateNumber: 'Lizenzzertifikat',
  version: (number, version) => `${number}, Version ${version}`,
  reseller: 'Händler',
  suite: 'Suite',
  toPortal: 'Zum Lizenzportal',
  address: 'Adresse des Portals:',
  footer: (company) =>
    `Diese E-Mail betrifft eine Lizenz von ${company}. Sie wurde automatisch erstellt; Antworten darauf werden nicht gelesen.`,
  footerNobody: 'Diese E-Mail wurde automatisch erstellt; Antworten darauf werden nicht gelesen.',
  order: {
    subject: (suite, number) => `Ihr Lizenzzertifikat für ${suite} (${number})`,
    title: 'Ihr Lizenzzertifikat',
    lead: (suite) =>
      `Ihre Bestellung von ${suite} ist ausgeführt. Im Anhang finden Sie das Lizenzzertifikat mit Ihrem Registrierungsschlüssel.`,
    next: 'So geht es weiter',
    steps: [
      'Öffnen Sie das Lizenzportal und wählen Sie „Jetzt registrieren“. Wenn Sie schon ein Konto haben, melden Sie sich an.',
      'Geben Sie den Registrierungsschlüssel ein und stimmen Sie dem Lizenzvertrag zu.',
      'Wählen Sie die Produkte aus, die für Sie neu sind. Sie erhalten deren Aktivierungscodes und ein Paket, das sie installiert.',
    ],
    keep: 'Produkte, die Sie schon haben, behalten ihren Aktivierungscode: Sie müssen nichts ersetzen und nichts neu installieren.',
  },
  registration: {
    subject: (suite, number) => `${suite}: Ihre Produkte und Aktivierungscodes (${number})`,
    title: 'Ihre Produkte sind registriert',
    lead: (suite) =>
      `Ein Registrierungsschlüssel für ${suite} wurde für Ihr Konto registriert. Das Lizenzzertifikat im Anhang führt alle Produkte auf.`,
    issued: (count) =>
      count === 1
        ? '1 Aktivierungscode wurde ausgestellt.'
        : `${count} Aktivierungscodes wurden ausgestellt.`,
    kit: 'Im Lizenzportal können Sie weitere Produkte auswählen und das Installationspaket herunterladen.',
  },
  merge: {
    subject: (product, number) => `${product}: Ihre Lizenzen wurden zusammengeführt (${number})`,
    title: 'Ihre Lizenzen wurden zusammengeführt',
    lead: (product) =>
      `Lizenzen von ${product} wurden zu einer zusammengeführt. Das Lizenzzertifikat im Anhang zeigt, welche Lizenzen das sind.`,
    undone: (product) =>
      `Eine Zusammenführung von Lizenzen für ${product} wurde rückgängig gemacht: Alle Lizenzen sind wie zuvor. Das Lizenzzertifikat im Anhang führt sie auf.`,
    survivor: 'Die Lizenz, die bleibt',
    disabled: (count) =>
      count === 1
        ? '1 Lizenz wurde mit ihr zusammengeführt und ist deaktiviert.'
        : `${count} Lizenzen wurden mit ihr zusammengeführt und sind deaktiviert.`,
  },
  change: {
    subject: (suite, number) => `${suite}: neue Version Ihres Lizenzzertifikats (${number})`,
    title: 'Neue Version Ihres Lizenzzertifikats',
    lead: (suite) =>
      `An Ihren Lizenzen für ${suite} hat sich etwas geändert. Was jetzt gilt, steht auf dem Lizenzzertifikat im Anhang.`,
  },
  signIn: {
    subject: 'Ihr Code für das Lizenzportal',
    title: 'Ihr Code',
    lead: 'Geben Sie diesen Code auf der geöffneten Seite ein:',
    good: 'Der Code gilt 10 Minuten und nur in dem Browser, in dem er angefordert wurde.',
    notYou:
      'Wenn Sie ihn nicht angefordert haben, müssen Sie nichts tun: Ohne den Code kann sich niemand anmelden. Geben Sie ihn nicht weiter, auch nicht an uns.',
  },
  invitation: {
    subject: (company) => `Sie haben jetzt Zugang zu den Lizenzen von ${company}`,
    title: 'Sie sind eingeladen',
    lead: (by, company) => `${by} hat Sie eingeladen, die Lizenzen von ${company} zu verwalten.`,
    how: 'Öffnen Sie das Lizenzportal und melden Sie sich mit dieser E-Mail-Adresse an. Ein Kennwort gibt es nicht: Bei jeder Anmeldung erhalten Sie einen Code per E-Mail.',
    notYou: 'Wenn Sie nicht wissen, worum es geht, müssen Sie nichts tun.',
  },
  notice: {
    subject: 'Ein für Sie bestellter Registrierungsschlüssel wurde registriert',
    title: 'Ihr Registrierungsschlüssel wurde registriert',
    lead: (key) =>
      `Der Registrierungsschlüssel ${key} war für diese Adresse bestellt. Ein anderes Mitglied desselben Kontos hat ihn registriert:`,
    by: 'Registriert von',
    account: 'Konto',
    wrong:
      'Wenn das seine Richtigkeit hat, müssen Sie nichts tun. Wenn nicht, melden Sie sich im Lizenzportal an, wo Sie Mitglieder sehen und entfernen können, oder schreiben Sie Ihrem Händler.',
  },
};
