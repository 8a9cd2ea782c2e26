import { domainToASCII } from 'node:url';

/** The longest address that mail servers take (RFC 5321). */
const longest = 254;

/**
 * An e-mail address as mail servers take it, blanks at its ends not counted; or what is wrong with it. A domain in other letters than
 * ASCII is converted (`müller.example` is `xn--mller-kva.example`); a local part in other letters is refused, since many servers
 * cannot deliver to it.
 */
export function canonicalEmail(typed: string): { readonly address: string } | { readonly fault: string } {
  const text = typed.replaceAll(/^[\p{Zs}\p{Cf}]+|[\p{Zs}\p{Cf}]+$/gu, '');
  if (text.length > longest) return { fault: `must have at most ${longest} characters` };
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  if (at <= 0 || /[\s\p{C}<>()[\]:;,"\\]/u.test(text))
    return { fault: 'must be an e-mail address, such as it@acme.example, and nothing beside it' };
  if (!isAscii.test(local))
    return { fault: 'must be an e-mail address whose part before the @ is in ASCII letters and digits' };
  if (!localPart.test(local) || local.length > 64)
    return { fault: 'must be an e-mail address; the part before the @ is none' };
  const ascii = isAscii.test(domain) ? domain : domainToASCII(domain);
  if (!domainName.test(ascii) || ascii.length > 253)
    return { fault: 'must be an e-mail address; the part after the @ is no domain, such as acme.example' };
  const address = `${local}@${ascii}`;
  return address.length <= longest ? { address } : { fault: `must have at most ${longest} characters` };
}

const isAscii = /^[ -~]*$/;

/** Words of RFC 5322's `atext` with single dots between them: what providers let people have, `r&d`, `sales/emea`, `o'brien+licences`. */
const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** Two labels or more of letters, digits and inner hyphens, the last one not a number. */
const domainName =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$/;
