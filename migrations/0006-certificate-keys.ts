import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** Keys that signed certificates are kept. */
export class CertificateKeys extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0006-certificate-keys.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql('drop table certificate_key');
  }
}
