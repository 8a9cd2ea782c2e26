import type { MailWords } from '#src/mail/words/en.ts';

export const ja: MailWords = {
  portal: 'ライセンスポータル',
  greeting: (company, contact) => (contact === undefined ? `${company} 御中` : `${company} ${contact} 様`),
  greetingNobody: 'いつもご利用いただきありがとうございます。',
  seats: 'シート数',
  validThrough: '有効期限',
  registrationKey: 'レジストレーションキー',
  activationCode: 'アクティベーションコード',
  product: '製品',
  orderNumber: '注文番号',
  requestNumber: '依頼番号',
  certificateNumber: 'ライセンス証書',
  version: (number, version) => `${number}（バージョン ${version}）`,
  reseller: '販売店',
  suite: 'スイート',
  toPortal: 'ライセンスポータルへ',
  address: 'ポータルのアドレス：',
  footer: (company) =>
    `このメールは、ライセンスに関して ${company} 様にお送りしています。送信専用のため、ご返信いただいてもお答えできません。`,
  footerNobody: 'このメールは送信専用です。ご返信いただいてもお答えできません。',
  order: {
    subject: (suite, number) => `${suite} のライセンス証書（${number}）`,
    title: 'ライセンス証書のお届け',
    lead: (suite) =>
      `${suite} のご注文を承り、手続きが完了しました。添付のライセンス証書にレジストレーションキーが記載されています。`,
    next: '次の手順',
    steps: [
      'ライセンスポータルを開き、「今すぐ登録」を選びます。アカウントをお持ちの場合はサインインします。',
      'レジストレーションキーを入力し、使用許諾契約に同意します。',
      '新しくお使いになる製品を選びます。アクティベーションコードと、インストール用のデプロイメントキットを取得できます。',
    ],
    keep: 'すでにお使いの製品のアクティベーションコードはそのまま使えます。入れ替えや再インストールは必要ありません。',
  },
  registration: {
    subject: (suite, number) => `${suite}：製品とアクティベーションコード（${number}）`,
    title: '製品が登録されました',
    lead: (suite) =>
      `${suite} のレジストレーションキーがお客様のアカウントに登録されました。製品の一覧は添付のライセンス証書をご覧ください。`,
    issued: (count) => `アクティベーションコードが ${count} 件発行されました。`,
    kit: 'ほかの製品の選択とデプロイメントキットの入手は、ライセンスポータルで行えます。',
  },
  merge: {
    subject: (product, number) => `${product}：ライセンスが統合されました（${number}）`,
    title: 'ライセンスが統合されました',
    lead: (product) =>
      `${product} のライセンスが一つに統合されました。詳細は添付のライセンス証書をご覧ください。`,
    undone: (product) =>
      `${product} のライセンスの統合が取り消され、すべて元の状態に戻りました。詳細は添付のライセンス証書をご覧ください。`,
    survivor: '継続するライセンス',
    disabled: (count) => `${count} 件のライセンスが統合され、無効になりました。`,
  },
  change: {
    subject: (suite, number) => `${suite}：ライセンス証書が更新されました（${number}）`,
    title: 'ライセンス証書が更新されました',
    lead: (suite) =>
      `${suite} のライセンスに変更がありました。現在の内容は添付のライセンス証書をご覧ください。`,
  },
  signIn: {
    subject: 'ライセンスポータルの確認コード',
    title: '確認コード',
    lead: '表示中のページに次の確認コードを入力してください。',
    good: '確認コードの有効期間は 10 分です。お手続き中のブラウザーでのみ使えます。',
    notYou:
      'お心当たりがない場合は、何もする必要はありません。確認コードがなければ誰もサインインできません。確認コードは誰にも教えないでください。',
  },
  invitation: {
    subject: (company) => `ライセンスポータルで ${company} のライセンスを管理できます`,
    title: '招待のお知らせ',
    lead: (by, company) => `${by} より、${company} のライセンス管理に招待されました。`,
    how: 'ライセンスポータルを開き、このメールアドレスでサインインしてください。パスワードはありません。サインインのたびに確認コードがメールで届きます。',
    notYou: 'お心当たりがない場合は、何もする必要はありません。',
  },
  notice: {
    subject: 'お客様宛てのレジストレーションキーが登録されました',
    title: 'レジストレーションキーが登録されました',
    lead: (key) =>
      `このアドレス宛てに注文されたレジストレーションキー ${key} が、同じアカウントの別のメンバーによって登録されました。`,
    by: '登録者',
    account: 'アカウント',
    wrong:
      '問題がなければ、何もする必要はありません。お心当たりがない場合は、ライセンスポータルでメンバーを確認・削除するか、販売店にご連絡ください。',
  },
};
