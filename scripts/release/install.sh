#!/bin/sh
# Installs mortar @VERSION@ for the person who runs this, into ~/.local; asks for no rights that they do not have.
# It checks the release's signature (with minisign or OpenSSL 3) and the archive's checksum before anything is unpacked.
# Written for every POSIX shell. All of it is in functions, so that a download that was cut off does nothing.
set -eu
umask 022

default_version='@VERSION@'
default_base='@BASE@'
# Minisign public keys; one of them has signed the release.
keys='@KEYS@'
helper='databricks-claude-credential-helper'
old_names='databricks-claude databricks-codex databricks-opencode databricks-agents'

usage() {
  cat <<'USAGE'
Usage: install.sh [options]

  --prefix DIR          install below DIR instead of ~/.local (the program goes into DIR/bin)
  --version VERSION     install this version
  --old-names           also answer to databricks-claude, -codex, -opencode and -agents
  --require-signature   fail where the signature cannot be checked
  --base URL            take the release's files from URL (a mirror)
  --uninstall           take away what was installed; your settings stay
  --help                show this
USAGE
}

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "error: $*"
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

parse() {
  prefix="${MORTAR_INSTALL_PREFIX:-}"
  version="${MORTAR_INSTALL_VERSION:-$default_version}"
  base="${MORTAR_INSTALL_BASE:-}"
  with_old_names=no
  require_signature=no
  action=install
  while [ $# -gt 0 ]; do
    case "$1" in
      --prefix | --version | --base)
        if [ $# -lt 2 ] || [ -z "$2" ]; then fail "$1 needs a value"; fi
        case "$1" in
          --prefix) prefix="$2" ;;
          --version) version="${2#v}" ;;
          --base) base="$2" ;;
        esac
        shift
        ;;
      --old-names) with_old_names=yes ;;
      --require-signature) require_signature=yes ;;
      --uninstall) action=uninstall ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) fail "unknown option $1 (see --help)" ;;
    esac
    shift
  done
  case "$version" in
    '' | *[!0-9A-Za-z.-]*) fail "this is not a version: $version" ;;
  esac
  if [ -z "$prefix" ]; then
    [ -n "${HOME:-}" ] || fail "HOME is not set: say where to install with --prefix DIR"
    prefix="$HOME/.local"
  fi
  case "$prefix" in
    /*) ;;
    *) prefix="$(pwd)/$prefix" ;;
  esac
  if [ -z "$base" ]; then base=$(printf '%s\n' "$default_base" | sed "s|{version}|$version|g"); fi
  base="${base%/}"
  receipt="$prefix/share/mortar/receipt"
}

# Sets target, as in linux-x64-musl.
detect() {
  case "$(uname -s)" in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    MINGW* | MSYS* | CYGWIN*) fail "on Windows, use install.ps1 in PowerShell" ;;
    *) fail "there is no mortar for $(uname -s)" ;;
  esac
  case "$(uname -m)" in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "there is no mortar for $(uname -m)" ;;
  esac
  # A shell that Rosetta translates says x86_64 on an Apple chip.
  if [ "$os-$arch" = darwin-x64 ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || true)" = 1 ]; then arch=arm64; fi
  libc=
  if [ "$os" = linux ] && is_musl; then libc=-musl; fi
  target="$os-$arch$libc"
}

is_musl() {
  if getconf GNU_LIBC_VERSION >/dev/null 2>&1; then return 1; fi
  for loader in /lib/ld-musl-*; do
    if [ -e "$loader" ]; then return 0; fi
  done
  return 1
}

# fetch NAME: the release's file NAME, into the temporary folder.
fetch() {
  url="$base/$1"
  case "$url" in
    https://*) proto='=https' ;;
    http://127.0.0.1:* | http://localhost:*) proto='=http' ;;
    *) fail "$url is not an https address" ;;
  esac
  if have curl; then
    curl -fsSL --proto "$proto" --proto-redir "$proto" --connect-timeout 20 --max-time 1800 --max-filesize 300000000 \
      -o "$tmp/$1" "$url" || fail "cannot fetch $url"
  elif have wget; then
    wget -q -T 60 -O "$tmp/$1" "$url" || fail "cannot fetch $url"
  else
    fail "neither curl nor wget is installed"
  fi
}

sha256_of() {
  if have sha256sum; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif have shasum; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  elif have openssl; then
    openssl dgst -sha256 "$1" | sed 's/^.*= *//'
  else
    fail "nothing here can check a SHA-256 checksum: install sha256sum, shasum or openssl"
  fi
}

hex_of() { od -An -tx1 | tr -d ' \n'; }

# The comment that the signature covers must name the version: else an older release could be served as a newer one.
check_signature() {
  if [ -z "$keys" ]; then
    [ "$require_signature" = no ] || fail "this release is not signed"
    say "warning: this release is not signed"
    return
  fi
  sig="$tmp/SHA256SUMS.minisig"
  if have minisign; then
    checker=minisign
  elif have openssl && openssl version | grep -q '^OpenSSL [3-9]'; then
    checker=openssl
  else
    [ "$require_signature" = no ] || fail "the signature cannot be checked: install minisign or OpenSSL 3"
    say "warning: the signature was not checked (neither minisign nor OpenSSL 3 is installed), only the checksum"
    return
  fi
  for key in $keys; do
    if "check_with_$checker" "$key"; then
      [ "$(sed -n 's/^trusted comment: //p' "$sig")" = "mortar $version" ] ||
        fail "the signature is for another version: $(sed -n 's/^trusted comment: //p' "$sig")"
      return
    fi
  done
  fail "the release's signature is wrong; nothing was installed"
}

check_with_minisign() { minisign -Vq -P "$1" -m "$tmp/SHA256SUMS" -x "$sig" >/dev/null 2>&1; }

# A minisign key is "Ed", eight bytes that name it, and the key; a signature is "ED", the name, and an Ed25519 signature
# over the BLAKE2b-512 hash. A second one covers the first and the comment.
check_with_openssl() {
  printf '%s\n' "$1" | openssl base64 -d -A >"$tmp/key" 2>/dev/null || return 1
  sed -n 2p "$sig" | openssl base64 -d -A >"$tmp/own" 2>/dev/null || return 1
  sed -n 4p "$sig" | openssl base64 -d -A >"$tmp/over" 2>/dev/null || return 1
  id=$(dd if="$tmp/key" bs=1 skip=2 count=8 2>/dev/null | hex_of)
  [ "$(dd if="$tmp/own" bs=1 count=10 2>/dev/null | hex_of)" = "4544$id" ] || return 1
  tail -c 64 "$tmp/own" >"$tmp/raw"
  {
    printf '\060\052\060\005\006\003\053\145\160\003\041\000'
    tail -c 32 "$tmp/key"
  } >"$tmp/public"
  openssl dgst -blake2b512 -binary -out "$tmp/hash" "$tmp/SHA256SUMS" 2>/dev/null || return 1
  check_ed25519 "$tmp/hash" "$tmp/raw" || return 1
  {
    cat "$tmp/raw"
    sed -n 's/^trusted comment: //p' "$sig" | tr -d '\n'
  } >"$tmp/covered"
  check_ed25519 "$tmp/covered" "$tmp/over"
}

# check_ed25519 MESSAGE SIGNATURE
check_ed25519() {
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$tmp/public" -rawin -in "$1" -sigfile "$2" >/dev/null 2>&1
}

check_archive() {
  expected=$(awk -v name="$archive" '$2 == name && length($1) == 64 { print $1 }' "$tmp/SHA256SUMS")
  if [ -z "$expected" ]; then
    if head -n 1 "$tmp/SHA256SUMS" | grep -Eq '^[0-9a-f]{64}  '; then fail "version $version has no archive for $target"; fi
    fail "$base/SHA256SUMS is no list of checksums: something else answered in the release's place"
  fi
  fetch "$archive"
  [ "$(sha256_of "$tmp/$archive")" = "$expected" ] ||
    fail "$archive does not have the checksum of its release; nothing was installed"
}

# put SOURCE PLACE MODE: a file of the archive to its place below the prefix, in one step.
put() {
  mkdir -p "$(dirname "$prefix/$2")"
  cp "$unpacked/$1" "$prefix/$2.new$$"
  chmod "$3" "$prefix/$2.new$$"
  mv -f "$prefix/$2.new$$" "$prefix/$2"
}

put_file() {
  [ -f "$unpacked/$1" ] || return 0
  put "$1" "$2" 644
  printf 'file %s %s\n' "$2" "$1" >>"$tmp/receipt"
}

is_our_link() { [ -L "$prefix/bin/$1" ] && [ "$(readlink "$prefix/bin/$1")" = mortar ]; }

# put_link NAME: another name of the program, unless something else has it.
put_link() {
  if [ -e "$prefix/bin/$1" ] || [ -L "$prefix/bin/$1" ]; then
    if ! is_our_link "$1"; then
      say "warning: $prefix/bin/$1 is another program and stays; remove it and run this again to have mortar answer to it"
      return 0
    fi
  else
    ln -s mortar "$prefix/bin/$1"
  fi
  printf 'link bin/%s\n' "$1" >>"$tmp/receipt"
}

install() {
  detect
  archive="mortar-$version-$target.tar.gz"
  tmp=$(mktemp -d "${TMPDIR:-/tmp}/mortar-install.XXXXXX")
  trap 'rm -rf "$tmp"' EXIT
  trap 'exit 130' INT TERM HUP
  say "Fetching mortar $version for $target"
  fetch SHA256SUMS
  if [ -n "$keys" ]; then fetch SHA256SUMS.minisig; fi
  check_signature
  check_archive
  tar -xzf "$tmp/$archive" -C "$tmp" || fail "$archive cannot be unpacked"
  unpacked="$tmp/mortar-$version-$target"
  [ "$("$unpacked/mortar" --version 2>/dev/null || true)" = "mortar $version" ] ||
    fail "mortar $version does not run on this machine ($target); nothing was installed"
  mkdir -p "$prefix/bin" "$prefix/share/mortar" || fail "cannot write to $prefix: choose another place with --prefix DIR"
  printf 'mortar-install 1\nprogram bin/mortar\n' >"$tmp/receipt"
  put mortar bin/mortar 755
  put_link "$helper"
  for name in $old_names; do
    if [ "$with_old_names" = yes ] || is_our_link "$name"; then put_link "$name"; fi
  done
  put_file LICENSE share/mortar/LICENSE
  put_file THIRD_PARTY_NOTICES share/mortar/THIRD_PARTY_NOTICES
  put_file completions/mortar.bash share/bash-completion/completions/mortar
  put_file completions/_mortar share/zsh/site-functions/_mortar
  put_file completions/mortar.fish share/fish/vendor_completions.d/mortar.fish
  for page in "$unpacked"/man/*.1; do
    if [ -f "$page" ]; then put_file "man/${page##*/}" "share/man/man1/${page##*/}"; fi
  done
  cp "$tmp/receipt" "$receipt.new$$"
  mv -f "$receipt.new$$" "$receipt"
  say "Installed mortar $version: $prefix/bin/mortar"
  case ":${PATH:-}:" in
    *":$prefix/bin:"*) ;;
    *) say "It is not on your PATH yet. For this shell: export PATH=\"$prefix/bin:\$PATH\"" ;;
  esac
  found=$(command -v mortar 2>/dev/null || true)
  if [ -n "$found" ] && [ "$found" != "$prefix/bin/mortar" ]; then say "warning: $found comes first on your PATH"; fi
}

uninstall() {
  [ -f "$receipt" ] || fail "nothing that this script installed is below $prefix"
  [ "$(head -n 1 "$receipt")" = 'mortar-install 1' ] || fail "$receipt is not a receipt of this script"
  while read -r kind path _; do
    # Nothing outside the prefix is ours, whatever the receipt says.
    case "$path" in
      '' | /* | *..*) continue ;;
    esac
    case "$kind" in
      program) rm -f "$prefix/$path" "$(dirname "$prefix/$path")/.${path##*/}.previous" ;;
      file) rm -f "$prefix/$path" ;;
      link) if is_our_link "${path##*/}"; then rm -f "$prefix/$path"; fi ;;
    esac
  done <"$receipt"
  rm -f "$receipt"
  rmdir "$prefix/share/mortar" 2>/dev/null || true
  say "Removed mortar from $prefix. Your settings and sign-ins stay."
}

main() {
  parse "$@"
  "$action"
}

main "$@"
