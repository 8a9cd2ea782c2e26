import { oidcOf, type Configuration } from '#src/configuration.ts';
import { ok, problem, warning, type DoctorFinding } from '#src/doctor/finding.ts';
import { createCompanySignIn } from '#src/web/customers/company-sign-in.ts';

/** Asks the issuer, where one is set, whether it is there and what it says that it is. Nobody signs in. */
export async function examineOidc(configuration: Configuration): Promise<readonly DoctorFinding[]> {
  const settings = oidcOf(configuration);
  if (!settings) return [];
  try {
    await createCompanySignIn(settings).discover();
  } catch (error) {
    const words = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 200) : 'no answer';
    return [
      problem(
        'company-sign-in-away',
        'Company sign-in',
        `${settings.issuer} does not answer as an OpenID Connect issuer: ${words}`,
        'Correct OIDC_ISSUER; `curl ISSUER/.well-known/openid-configuration` shows what it says. Customers can sign in by code meanwhile.',
      ),
    ];
  }
  if (configuration.publicUrl !== undefined)
    return [
      ok(
        'Company sign-in',
        `${settings.issuer} answers; it leads back to ${configuration.publicUrl}/portal/oidc/callback`,
      ),
    ];
  return [
    warning(
      'public-url-unset',
      'Company sign-in',
      `${settings.issuer} answers, and where it leads back to follows from each browser's address`,
      'Set PUBLIC_URL, and register PUBLIC_URL/portal/oidc/callback for the client.',
    ),
  ];
}
