import { planFor, type ProductPlan } from '#src/kit/install-plan.ts';
import type { KitFacts, KitProduct } from '#src/kit/kit-facts.ts';

/**
 * `install.sh`, for Linux and macOS, in plain POSIX shell. Every text of the catalog stands in single quotes and is passed on as one
 * argument: nothing is ever built into a command line that a shell reads again.
 */
export function installSh(facts: KitFacts): string {
  const { number, version } = facts.certificate;
  return `${HEAD}
say ${quoted(`Deployment Kit of ${number}, version ${version}, for ${facts.account}`)}

case "$(uname -s)" in
Linux)
${steps(facts, 'linux')}
  ;;
Darwin)
${steps(facts, 'macos')}
  ;;
*)
  say "This script is for Linux and macOS. On Windows, use install.ps1."
  exit 1
  ;;
esac
${FOOT}`;
}

const HEAD = `#!/bin/sh
# Downloads the products of this Deployment Kit, compares each file with its SHA-256, and installs those that match.
# Nothing of a product is installed unless all of its files match. Safe to run again: what is downloaded is kept.
set -u
umask 022

kit=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
downloads=$kit/downloads
failed=''

say() { printf '%s\\n' "$*"; }

fail() {
  say "  FAILED: $2"
  failed="$failed
  $1: $2"
}

sum_of() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum <"$1"
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256 <"$1"
  else openssl dgst -sha256 -r <"$1"
  fi | cut -c 1-64
}

get() {
  if command -v curl >/dev/null 2>&1; then curl --fail --silent --show-error --location --proto '=http,https' --output "$2" -- "$1"
  else wget -q -O "$2" -- "$1"
  fi
}

# fetch PRODUCT ADDRESS SHA-256 NAME: leaves the file in the folder of downloads when its bytes are the right ones.
fetch() {
  file=$downloads/$4
  if [ -f "$file" ] && [ "$(sum_of "$file")" = "$3" ]; then return 0; fi
  say "  downloading $2"
  mkdir -p -- "$downloads" && rm -f -- "$file" "$file.part"
  if ! get "$2" "$file.part"; then
    rm -f -- "$file.part"
    fail "$1" "$2 could not be downloaded"
    return 1
  fi
  if [ "$(sum_of "$file.part")" != "$3" ]; then
    rm -f -- "$file.part"
    fail "$1" "$2 is not the file that it should be (its SHA-256 differs); nothing of it was installed"
    return 1
  fi
  mv -- "$file.part" "$file" && chmod +x -- "$file"
}

# run PRODUCT COMMAND ARGUMENT…
run() {
  product=$1
  shift
  "$@" || {
    fail "$product" "its installer ended with $?"
    return 1
  }
}
`;

const FOOT = `
if [ -n "$failed" ]; then
  say ""
  say "Not installed:$failed"
  exit 1
fi
say ""
say "Done."
`;

function steps(facts: KitFacts, platform: 'linux' | 'macos'): string {
  const { plans, others } = planFor(facts, platform);
  return [...plans.map(productSteps), ...others.map(otherStep)].join('\n');
}

function productSteps({ product, files }: ProductPlan): string {
  const name = quoted(product);
  const fetches = files.map(
    ({ url, sha256, name: file }) => `fetch ${name} ${quoted(url)} ${sha256} ${quoted(file)}`,
  );
  const runs = files.map(({ name: file, command }) => {
    const path = `"$downloads/"${quoted(file)}`;
    const argumentsOf = command.map((pieces) =>
      pieces.length === 0 ? "''" : pieces.map((piece) => (piece === null ? path : quoted(piece))).join(''),
    );
    return `run ${name} ${argumentsOf.join(' ')}`;
  });
  return `  say ${name}
  ${[...fetches, ...runs, `say '  installed'`].join(' &&\n    ')}`;
}

function otherStep({ product, console, activationCode }: KitProduct): string {
  const where = console === undefined ? 'nothing to install here' : `a service, at ${console}`;
  return `  say ${quoted(product)}\n  say ${quoted(`  ${where}; Activation Code ${activationCode}`)}`;
}

/** One word for the shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
