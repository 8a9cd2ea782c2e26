import type { KitWords } from '#src/kit/words/words.ts';

export const ja: KitWords = {
  language: 'ja',
  name: '日本語',
  title: 'デプロイメントキット',
  certificate: 'ライセンス証書 {number}（バージョン {version}）',
  purpose: '{company} 様が {suite} の新しい製品をインストールするために必要なものが、すべて入っています。',
  install: 'インストール',
  steps: [
    {
      where: 'Linux と macOS',
      how: 'キットを展開し、そのフォルダーでターミナルを開き、インストーラーに必要な権限で次のコマンドを実行してください。',
      command: 'sh install.sh',
    },
    {
      where: 'Windows',
      how: 'キットを展開し、そのフォルダーで PowerShell を管理者として開き、次のコマンドを実行してください。',
      command: 'powershell -ExecutionPolicy Bypass -File install.ps1',
    },
    {
      where: 'サービス',
      how: 'インストールは不要です。コンソールを開き、アクティベーションコードを入力してください。',
    },
  ],
  checked:
    'スクリプトは各製品をダウンロードし、このキットに記されたハッシュ値と照合したうえで、インストーラーにアクティベーションコードを渡します。正しくないファイルはインストールされず、その名前が表示されます。',
  byHand:
    '下記のアドレスから手動でダウンロードし、求められたときにアクティベーションコードを入力することもできます。',
  products: '製品',
  columns: {
    product: '製品',
    code: 'アクティベーションコード',
    seats: 'シート数',
    validThrough: '有効期限',
    get: '入手先',
  },
  console: 'コンソールを開く',
  nothing: 'インストーラーは販売店にお問い合わせください。',
  owned:
    'すでにお持ちの製品は載っていません。アクティベーションコードはそのままで、入れ替えも再インストールも不要です。',
  files: 'このキットの内容',
  fileList: [
    ['START-HERE.html', 'このページ'],
    ['activation-codes.csv', 'コードの一覧表（記録用、配布ツール用）'],
    ['{certificate}', 'ライセンス証書'],
    ['install.sh, install.ps1', 'スクリプト（テキストファイルですので、内容をご確認いただけます）'],
    ['kit.json, kit.json.jws', 'プログラム用の同じ内容と、その電子署名'],
  ],
  secret:
    'このキットは第三者に渡さないでください。アクティベーションコードを持つ人は誰でも使用できてしまいます。',
};
