import type { KitWords } from '#src/kit/words/words.ts';

export const de: KitWords = {
  language: 'de',
  name: 'Deutsch',
  title: 'Installationspaket',
  certificate: 'Lizenzzertifikat {number}, Version {version}',
  purpose: 'Alles, was {company} braucht, um die neuen Produkte von {suite} zu installieren.',
  install: 'Installieren',
  steps: [
    {
      where: 'Linux und macOS',
      how: 'Entpacken Sie das Paket, öffnen Sie ein Terminal in seinem Ordner und rufen Sie, mit den Rechten, die Ihre Installationsprogramme brauchen, auf:',
      command: 'sh install.sh',
    },
    {
      where: 'Windows',
      how: 'Entpacken Sie das Paket, öffnen Sie PowerShell als Administrator in seinem Ordner und rufen Sie auf:',
      command: 'powershell -ExecutionPolicy Bypass -File install.ps1',
    },
    {
      where: 'Dienste',
      how: 'Hier ist nichts zu installieren: Öffnen Sie die Konsole und geben Sie den Aktivierungscode ein.',
    },
  ],
  checked:
    'Das Skript lädt jedes Produkt herunter, vergleicht es mit der Prüfsumme in diesem Paket und übergibt seinem Installationsprogramm den Aktivierungscode. Eine Datei, die nicht die richtige ist, wird nicht installiert, und das Skript nennt sie.',
  byHand:
    'Sie können ein Produkt ebenso gut von Hand von der Adresse unten herunterladen und den Aktivierungscode eingeben, wenn es danach fragt.',
  products: 'Ihre Produkte',
  columns: {
    product: 'Produkt',
    code: 'Aktivierungscode',
    seats: 'Arbeitsplätze',
    validThrough: 'Gültig bis',
    get: 'Bezug',
  },
  console: 'Konsole öffnen',
  nothing: 'Das Installationsprogramm bekommen Sie von Ihrem Händler.',
  owned:
    'Produkte, die Sie schon hatten, stehen nicht hier: Sie behalten ihren Aktivierungscode und müssen weder ersetzt noch neu installiert werden.',
  files: 'Was in diesem Paket ist',
  fileList: [
    ['START-HERE.html', 'diese Seite'],
    ['activation-codes.csv', 'die Codes als Tabelle, für Ihre Unterlagen oder Ihre Softwareverteilung'],
    ['{certificate}', 'Ihr Lizenzzertifikat'],
    ['install.sh, install.ps1', 'die Skripte; sie sind einfacher Text, den Sie gern lesen dürfen'],
    ['kit.json, kit.json.jws', 'dasselbe für Programme, und seine digitale Signatur'],
  ],
  secret: 'Geben Sie dieses Paket nicht weiter: Wer einen Aktivierungscode hat, kann ihn benutzen.',
};
