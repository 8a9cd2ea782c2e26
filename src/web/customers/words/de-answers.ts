import type { AnswerWords } from '#src/web/customers/words/answer-words.ts';

export const deAnswers: AnswerWords = {
  faults: {
    email: 'Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.com.',
    codeShape: 'Geben Sie die sechs Ziffern des Codes aus der E-Mail ein.',
    codeWrong:
      'Der Code ist falsch oder gilt nicht mehr. Vergleichen Sie ihn mit der neuesten E-Mail, oder lassen Sie sich einen neuen senden.',
    keyMissing: 'Geben Sie den Registrierungsschlüssel von Ihrem Lizenzzertifikat ein.',
    keyMistyped:
      'Der Registrierungsschlüssel enthält einen Tippfehler. Vergleichen Sie ihn mit Ihrem Lizenzzertifikat; er sieht aus wie XX-XXXX-XXXX-XXXX-XXXX.',
    keyUnknown:
      'Diesen Registrierungsschlüssel gibt es nicht. Vergleichen Sie ihn mit Ihrem Lizenzzertifikat, oder fragen Sie Ihren Händler.',
    keyEnded:
      'Dieser Registrierungsschlüssel gilt nicht mehr und kann nicht mehr registriert werden. Fragen Sie Ihren Händler.',
    keyReplaced:
      'Dieser Registrierungsschlüssel wurde durch einen neuen ersetzt. Verwenden Sie den auf Ihrem neuesten Lizenzzertifikat.',
    codeReplaced:
      'Dieser Code wurde durch einen neuen ersetzt. Verwenden Sie den aus Ihrer Liste der Lizenzen.',
    tooManyKeys:
      'Aus Ihrem Netz kamen zu viele Schlüssel, die es nicht gibt. Warten Sie eine Stunde und versuchen Sie es noch einmal.',
    wayMissing: 'Geben Sie an, ob Sie ein Konto haben.',
    agreement: 'Lesen Sie den Lizenzvertrag und stimmen Sie ihm zu, um fortzufahren.',
    company: 'Geben Sie den Namen Ihrer Firma ein.',
    contact: 'Geben Sie einen Namen mit höchstens 200 Zeichen ein.',
    accountName:
      'Verwenden Sie 1 bis 63 Kleinbuchstaben (a bis z), Ziffern und Bindestriche; am Anfang steht ein Buchstabe oder eine Ziffer.',
    accountTaken: 'Dieser Kontoname ist vergeben. Wählen Sie einen anderen.',
    country: 'Wählen Sie Ihr Land.',
    region: 'Wählen Sie Ihre Region.',
    accountMissing: 'Wählen Sie das Konto.',
    selectProducts: 'Wählen Sie mindestens ein Produkt aus.',
    codeMissing: 'Geben Sie einen Aktivierungscode oder einen Registrierungsschlüssel ein.',
    codeMistyped: 'Der Code enthält einen Tippfehler. Vergleichen Sie ihn mit Ihrem Lizenzzertifikat.',
    codeUnknown:
      'Ihr Konto hat keine Lizenz mit diesem Code. Vergleichen Sie ihn mit Ihrem Lizenzzertifikat.',
    retain: 'Wählen Sie die Lizenz, die bleiben soll.',
    mergeWhich: 'Wählen Sie mindestens eine Lizenz aus, die mit ihr zusammengeführt werden soll.',
    lastMember: 'Das letzte Mitglied kann nicht entfernt werden.',
    alreadyMember: 'Diese Adresse gehört schon zu den Mitgliedern.',
    expired:
      'Diese Seite ist nicht mehr aktuell: Inzwischen wurde an anderer Stelle weitergearbeitet. Sehen Sie sie sich noch einmal an.',
  },
  events: {
    accepted: 'eingegangen',
    fulfilled: 'erledigt',
    held: 'wird geprüft',
    rejected: 'abgelehnt',
    returned: 'zurückgegeben',
  },
  kinds: {
    'upgrade-order': 'Bestellung',
    registration: 'Registrierung',
    'merge-request': 'Zusammenführung',
    'change-request': 'Änderung',
  },
  reasons: {
    REGISTRATION_KEY_OF_ANOTHER_ACCOUNT: 'Der Registrierungsschlüssel ist für ein anderes Konto registriert.',
    UNKNOWN_REGISTRATION_KEY: 'Diesen Registrierungsschlüssel gibt es nicht.',
    ACCOUNT_EXISTS: 'Ein Konto dieses Namens gibt es schon. Wählen Sie einen anderen Kontonamen.',
    UNKNOWN_ACCOUNT:
      'Das Konto kann mit diesem Registrierungsschlüssel nicht verwendet werden. Fragen Sie Ihren Händler.',
    NOT_IN_SUITE: 'Ein gewähltes Produkt gehört nicht zu dieser Suite.',
    LICENSE_REVOKED: 'Eine Lizenz dieses Kontos ist widerrufen. Fragen Sie Ihren Händler.',
    KEY_ENDED: 'Der Registrierungsschlüssel gilt nicht mehr. Fragen Sie Ihren Händler.',
    CODE_REPLACED:
      'Der Code wurde durch einen neuen ersetzt. Verwenden Sie den auf Ihrem neuesten Lizenzzertifikat.',
    AMBIGUOUS_PRODUCT_FAMILY: 'Sie haben mehrere Lizenzen eines Produkts; wir prüfen, welche bleibt.',
    LICENSE_NOT_USABLE: 'Eine Ihrer Lizenzen ist ausgesetzt oder widerrufen; wir prüfen das.',
    SEATS_BELOW_HOLDING: 'Sie haben mehr Arbeitsplätze, als bestellt wurden; wir prüfen das.',
    MERGE_SAME_LICENSE: 'Eine Lizenz kann nicht mit sich selbst zusammengeführt werden.',
    MERGE_NOT_SUPPORTED: 'Dieses Produkt lässt sich nicht zusammenführen.',
    MERGE_NO_LICENSE: 'Es gibt keine andere Lizenz, mit der zusammengeführt werden könnte.',
    MERGE_ALREADY_MERGED: 'Diese Lizenz wurde schon mit einer anderen zusammengeführt und ist deaktiviert.',
    MERGE_EXPIRED: 'Eine Lizenz ist abgelaufen. Verlängern Sie sie zuerst.',
    MERGE_NOT_USABLE: 'Eine Lizenz ist ausgesetzt oder widerrufen.',
    MERGE_TRIAL: 'Eine Testlizenz kann nicht zusammengeführt werden. Ziehen Sie stattdessen die Clients um.',
    MERGE_SEVERAL_ACTIVE:
      'Ein Konto hat mehrere aktive Lizenzen dieses Dienstes. Führen Sie zuerst diese zusammen.',
    MERGE_CHOOSE_LICENSES:
      'Es gibt mehr als zwei Lizenzen. Wählen Sie aus, welche zusammengeführt werden sollen.',
    MERGE_DIFFERENT_PRODUCTS: 'Diese Lizenzen sind für verschiedene Produkte.',
    MERGE_REGION_MISMATCH: 'Die Konten werden in verschiedenen Regionen betreut; das muss genehmigt werden.',
    MERGE_RESELLER_WITH_RESELLER: 'Beide Lizenzen kamen von einem Händler; das muss genehmigt werden.',
    MERGE_TYPES_NOT_ALLOWED: 'Lizenzen dieser beiden Arten lassen sich nicht zusammenführen.',
    MERGE_PERPETUAL: 'Eine Lizenz gilt unbefristet, eine andere nicht; das muss genehmigt werden.',
    UNDO_WINDOW_OVER:
      'Die Frist, in der sich das rückgängig machen lässt, ist vorbei; das muss genehmigt werden.',
    MERGE_BUILT_UPON:
      'Nach der Zusammenführung wurde etwas geändert; sie lässt sich nicht mehr rückgängig machen.',
    ALREADY_UNDONE: 'Diese Zusammenführung wurde schon rückgängig gemacht.',
  },
  helpPage: {
    title: 'Hilfe',
    parts: [
      [
        'Wo ist mein Registrierungsschlüssel?',
        'Auf dem Lizenzzertifikat, das Sie nach Ihrer Bestellung per E-Mail erhalten haben. Er sieht aus wie SP-7K2M-4T7X-Q8H3-9XQ4.',
      ],
      [
        'Was ist ein Aktivierungscode?',
        'Er aktiviert ein Produkt. Produkte, die Sie schon haben, behalten ihren; neue bekommen einen, wenn Sie sie wählen.',
      ],
      [
        'Warum gibt es kein Kennwort?',
        'Bei jeder Anmeldung senden wir einen Code an Ihre Adresse. Ein Kennwort, das es nicht gibt, kann niemand stehlen.',
      ],
      [
        'Es kommt kein Code',
        'Sehen Sie im Spam-Ordner nach und prüfen Sie die Adresse. An eine Adresse gehen höchstens fünf Codes in der Stunde.',
      ],
      [
        'Was ist das Installationspaket?',
        'Eine ZIP-Datei, die die für Sie ausgestellten Produkte herunterlädt, prüft und installiert. Entpacken Sie sie und öffnen Sie START-HERE.html.',
      ],
      [
        'Was macht das Zusammenführen?',
        'Aus mehreren Lizenzen wird eine: Die Arbeitsplätze werden addiert, das Ende wird nach Arbeitsplätzen und Tagen gewichtet. Sie sehen das Ergebnis, bevor Sie bestätigen.',
      ],
      ['Wer hilft mir weiter?', 'Ihr Händler; sein Name steht auf Ihrem Lizenzzertifikat.'],
    ],
  },
  regions: {
    emea: 'Europa, Naher Osten, Afrika',
    nabu: 'Nordamerika',
    lar: 'Lateinamerika',
    apac: 'Asien und Pazifik',
  },
  problems: {
    notFoundTitle: 'Diese Seite gibt es nicht',
    notFound: 'Die Adresse ist falsch, oder Sie haben keinen Zugang zu dem, was dort steht.',
    failedTitle: 'Das hat nicht funktioniert',
    failed:
      'Im Augenblick ist ein Dienst nicht erreichbar. Es ist nichts verloren: Versuchen Sie es in einer Minute noch einmal.',
    crossSiteTitle: 'Das kam von einer anderen Website',
    crossSite:
      'Ein Formular muss von einer Seite dieses Portals gesendet werden. Öffnen Sie die Seite noch einmal und senden Sie es von dort.',
    toStart: 'Zur Startseite',
    tooMany:
      'Aus Ihrem Netz kamen zu viele Anfragen. Warten Sie eine Minute und versuchen Sie es noch einmal.',
  },
};
