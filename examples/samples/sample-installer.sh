#!/bin/sh
# A sample, shipped with Chancery's example catalog: it stands where a vendor's installer would be, and installs nothing.
set -eu

product=''
code=''
while [ $# -gt 0 ]; do
  case "$1" in
  --product) product=$2 ;;
  --activation-code) code=$2 ;;
  *)
    echo "unknown option: $1" >&2
    exit 2
    ;;
  esac
  shift 2
done

if [ -z "$product" ] || [ -z "$code" ]; then
  echo "usage: sample-installer.sh --product NAME --activation-code CODE" >&2
  exit 2
fi

prefix=$(printf '%s' "$code" | cut -c 1-2)
last=$(printf '%s' "$code" | tail -c 4)
echo "  sample installer: $product would be installed and activated with $prefix-…-$last"
