import { defineEntity, p } from '@mikro-orm/core';

const ResellerEntity = defineEntity({
  name: 'Reseller',
  tableName: 'reseller',
  properties: { name: p.text().primary(), licenseType: p.text(), createdAt: p.datetime() },
});
export const entities = [ResellerEntity] as const;
