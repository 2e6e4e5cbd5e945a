#!/usr/bin/env bash
# usage: cargo_test.sh CARGO DIST SOURCES...
#
# The crates as a user of Cargo has them: copied out, with no other crate and no
# network, against the unpacked distribution.
set -euo pipefail
export LC_ALL=C
cargo=$(readlink -f "$1") dist=$2
shift 2
work=$TEST_TMPDIR
fail() { echo "FAILED: $*" >&2 && exit 1; }

# The toolchain's own programs, not rustup's shims, which need a home.
PATH=$(dirname "$cargo"):$PATH
export CARGO_HOME=$work/home CARGO_NET_OFFLINE=true CARGO_TARGET_DIR=$work/target
export CARGO_TERM_COLOR=never RUST_BACKTRACE=0 CARGO_BUILD_JOBS=2
unset ALEXNET_DIR LD_LIBRARY_PATH PKG_CONFIG_PATH
cargo --version
rustc --version

mkdir "$work/source"
for file; do install -D -m 644 "$file" "$work/source/$file"; done
tar -xf "$dist" -C "$work"
root=$(echo "$work"/alexnet-*-linux-x86_64)
cd "$work/source/bindings/rust"

# What is missing or wrong is said, with where it was looked for.
refuses() {
  local status=0
  "$@" > "$work/refused" 2>&1 || status=$?
  ((status != 0)) || fail "$* succeeded"
}
says() { grep -qF -- "$1" "$work/refused" || { cat "$work/refused"; fail "no message says: $1"; }; }
refuses env PKG_CONFIG_LIBDIR=/nothing cargo build -p alexnet-sys
says "libalexnet was not found"
says "ALEXNET_DIR is not set"
says "by pkg-config: "
says "set ALEXNET_DIR"
mkdir "$work/silent"
printf '#!/bin/sh\nexit 3\n' > "$work/silent/pkg-config"
chmod +x "$work/silent/pkg-config"
refuses env PATH="$work/silent:$PATH" cargo build -p alexnet-sys
says "by pkg-config: pkg-config says nothing and ends with exit status: 3"
# Documentation is made without it.
DOCS_RS=1 RUSTDOCFLAGS='-D warnings' cargo doc --workspace --all-features --no-deps ||
  fail "cargo doc without the library"
refuses env ALEXNET_DIR="$work/nothing" cargo build -p alexnet-sys
says "in ALEXNET_DIR: $work/nothing"
mkdir -p "$work/other/lib" "$work/other/include/alexnet/c"
touch "$work/other/lib/libalexnet.so"
number() { sed -n "s/^#define ALEXNET_VERSION_$1 //p" "$root/include/alexnet/c/version.h"; }
made_for=$(number MAJOR).$(number MINOR)
sed 's/\(ALEXNET_VERSION_MINOR\) .*/\1 97/' "$root/include/alexnet/c/version.h" \
  > "$work/other/include/alexnet/c/version.h"
refuses env ALEXNET_DIR="$work/other" cargo build -p alexnet-sys
says "is of alexnet $(number MAJOR).97, but this crate is made for alexnet $made_for"
says "install alexnet $made_for"
rm "$work/other/include/alexnet/c/version.h"
refuses env ALEXNET_DIR="$work/other" cargo build -p alexnet-sys
says "there is no $work/other/include/alexnet/c/version.h"

if command -v pkg-config > /dev/null; then
  PKG_CONFIG_PATH=$root/lib/pkgconfig cargo build -p alexnet-sys ||
    fail "the library is not found by pkg-config"
else
  echo "SKIP: there is no pkg-config"
fi

export ALEXNET_DIR=$root
cargo build --workspace --examples || fail "cargo build"
# Runs by itself: the path of the library is in the program.
status=0
"$CARGO_TARGET_DIR/debug/examples/predict" || status=$?
((status == 2)) || fail "an example does not start by itself"
cargo test --workspace --lib --tests || fail "cargo test"
cargo test -p alexnet --features convert --test convert || fail "cargo test --features convert"
cargo test --workspace --doc || fail "cargo test --doc"
RUSTDOCFLAGS='-D warnings' cargo doc --workspace --all-features --no-deps || fail "cargo doc"

if cargo clippy --version > /dev/null 2>&1; then
  cargo clippy --workspace --all-features --all-targets -- -D warnings || fail "cargo clippy"
else
  echo "SKIP: there is no clippy"
fi
if cargo fmt --version > /dev/null 2>&1; then
  cargo fmt --all -- --check || fail "cargo fmt"
else
  echo "SKIP: there is no rustfmt"
fi

# What a registry would be given is whole, and builds. Older ones want the first crate there before
# they pack the second.
version=$(cargo --version | sed -E 's/^cargo 1\.([0-9]+)\..*/\1/')
cargo package -p alexnet-sys || fail "cargo package -p alexnet-sys"
if ((version >= 90)); then
  cargo package --workspace || fail "cargo package"
  packed=$(tar -tzf "$CARGO_TARGET_DIR"/package/alexnet-0.*.crate)
  for file in LICENSE README.md examples/predict.rs src/lib.rs tests/model.rs; do
    grep -q "/$file\$" <<< "$packed" || fail "no $file in the package"
  done
else
  echo "SKIP: this cargo packs one crate at a time"
fi

# A crate of someone else, without a build script.
mkdir -p "$work/user/src"
cd "$work/user"
cat > Cargo.toml << END
[package]
name = "user"
version = "0.0.0"
edition = "2021"
[dependencies]
alexnet = { path = "$work/source/bindings/rust/alexnet" }
[workspace]
END
cat > src/lib.rs << 'END'
//! ```
//! assert_eq!(alexnet::devices().unwrap()[0].name, "cpu");
//! ```
#[test]
fn works() {
    assert_eq!(alexnet::devices().unwrap()[0].name, "cpu");
}
END
cat > src/main.rs << 'END'
fn main() {
    println!("{}", alexnet::devices().unwrap()[0].name);
}
END
[[ $(cargo run) == cpu ]] || fail "a dependant's program"
cargo test || fail "a dependant's tests"

# With the build script of the README its program runs anywhere.
echo "alexnet-sys = { path = \"$work/source/bindings/rust/alexnet-sys\" }" > line
sed -i '/^alexnet = /r line' Cargo.toml
awk '/^fn main\(\) \{/,/^\}/' "$work/source/bindings/rust/README.md" > build.rs
cargo build || fail "a dependant with a build script"
[[ $("$CARGO_TARGET_DIR/debug/user") == cpu ]] || fail "a program with an rpath"
