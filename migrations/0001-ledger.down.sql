drop table imported_holding, signing_key, idempotency_key, rejected_message, hold, certificate_pdf, certificate, license_grant, license,
  registration_key, suite_snapshot, message, account, api_key, reseller;
drop sequence certificate_number, decision_number;
