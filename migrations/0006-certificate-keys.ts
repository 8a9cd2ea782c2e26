import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** Keys that signed certificates are kept; messages whose names cannot be printed are found. */
export class CertificateKeys extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0006-certificate-keys.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql('drop index message_not_printable; drop table certificate_key');
  }
}
