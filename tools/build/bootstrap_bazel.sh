#!/usr/bin/env bash
# usage: bootstrap_bazel.sh PREFIX VERSION     then run PREFIX/bazel
#
# Installs Bazel with its rule sets (cc, java, rust, shell, pkg, skylib, ...)
# from Debian's own packages into one private folder, without root and without
# touching the system. For machines that reach a Debian mirror but neither
# Bazel's downloads nor the Bazel Central Registry.
#
# The compiler and the JDK of the machine are used for building; Bazel itself
# runs on a Java runtime and C library of its own, inside PREFIX. PREFIX cannot
# be moved afterwards: the paths in it are absolute.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
prefix=$(realpath -m "${1:?usage: bootstrap_bazel.sh PREFIX VERSION}")
version=${2:?usage: bootstrap_bazel.sh PREFIX VERSION}
tested=$here/bootstrap_bazel.versions
suite=forky

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

. "$here/private_apt.sh"

case $(uname -sm) in
  "Linux x86_64") ;;
  *) die "Linux on x86-64 is needed, this is $(uname -sm)" ;;
esac

# Beside the final place, so that the last step is one rename.
mkdir -p "$(dirname "$prefix")"
work=$(mktemp -d "$prefix.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/prefix/root
mkdir -p "$work/debs" "$root"

# --- What is needed -----------------------------------------------------------

private_apt "$work/apt" "$suite" ||
  die "the package lists of Debian $suite could not be fetched; check the network and the apt sources"

# bazel-bootstrap and what it needs, less what the machine has or this build
# never uses.
wanted=(bazel-bootstrap bazel-java-tools bazel-rules-rust bazel-rules-shell bazel-rules-pkg)
keep='^(bazel-|openjdk-[0-9]+-jre-headless|librust-tinyjson|libc6|libstdc|libgcc-s1|libabsl|libgrpc'
keep+='|libproto|libcares|libre2|libssl|libzstd1|zlib1g|junit4|velocity|async-profiler-java|libasync)|-java$'
drop='dev-bin|^libc6-dev|zlib1g-dev'
apt-get "${APT[@]}" -s install "${wanted[@]}" |
  sed -n 's/^Inst \([^ ]*\) (\([^ ]*\).*/\1 \2/p' | awk -v keep="$keep" -v drop="$drop" \
  '$1 ~ keep && $1 !~ drop' > "$work/packages"

got=$(awk '$1 == "bazel-bootstrap" {print $2}' "$work/packages")
[[ $got ]] || die "the mirror has no bazel-bootstrap in Debian $suite"
[[ $(upstream_version "$got") =~ ^"$version"([+~]|$) ]] ||
  die "Debian $suite now carries Bazel $got, and $version is needed"
# Only what this build was tested with is known to work; the rest is told.
while read -r name seen; do
  now=$(awk -v name="$name" '$1 == name {print $2}' "$work/packages")
  [[ ! $now || $now == "$seen" ]] ||
    echo "warning: $name $now is used; $seen was tested" >&2
done < <(grep -v '^#' "$tested")

mapfile -t packages < <(awk '{print $1 "=" $2}' "$work/packages")
(cd "$work/debs" && private_apt_retry apt-get "${APT[@]}" download "${packages[@]}")
for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$root"; done

if ! patchelf=$(command -v patchelf); then
  private_apt "$work/apt-stable" bookworm
  (cd "$work" && private_apt_retry apt-get "${APT[@]}" download patchelf)
  dpkg-deb -x "$work"/patchelf_*.deb "$work/patchelf"
  patchelf=$work/patchelf/usr/bin/patchelf
fi

# --- Moving it to its place ---------------------------------------------------

final=$prefix/root
lib=usr/lib/x86_64-linux-gnu
jre=$(cd "$root" && ls -d usr/lib/jvm/java-*-openjdk-amd64 | head -n 1)
share=$final/usr/share/bazel

# The C library is newer than the machine's: every program names its own loader.
for program in "$root"/usr/bin/bazel "$root"/usr/libexec/x86_64-linux-gnu/bazel/* \
  "$root/$lib"/bazel/java_tools/bin/* "$root/$jre"/bin/java "$root/$jre"/lib/jspawnhelper; do
  "$patchelf" --force-rpath --set-interpreter "$final/$lib/ld-linux-x86-64.so.2" \
    --set-rpath "$final/$jre/lib:$final/$jre/lib/server:$final/$lib" "$program"
done
find "$root" -type l | while read -r link; do
  target=$(readlink "$link")
  if [[ $target == /* && -e $root$target ]]; then ln -sfn "$final$target" "$link"; fi
done
# The server's class path: Debian's list, plus perfmark, which gRPC needs and the
# list lacks.
class_path=$root/usr/share/bazel/bazel_classpath_debian_depends.txt
echo /usr/share/java/perfmark-api.jar >> "$class_path"
sed -i "s#^/usr/share#$final/usr/share#" "$class_path"

# --- Modules that Bazel's own tools name and this build never uses -------------

stubs=$work/prefix/stubs
unused=(apple_support buildozer protobuf zlib aspect_rules_js)
for module in "${unused[@]}"; do
  mkdir -p "$stubs/$module"
  echo "module(name = \"$module\")" > "$stubs/$module/MODULE.bazel"
  : > "$stubs/$module/BUILD.bazel"
done
cat > "$stubs/buildozer/buildozer_binary.bzl" << 'END'
def _impl(_ctx):
    pass

buildozer_binary = module_extension(implementation = _impl)
END
mkdir -p "$stubs/remotejdk" "$stubs/tinyjson"
echo 'alias(name = "jdk", actual = "@local_jdk//:jdk", visibility = ["//visibility:public"])' \
  > "$stubs/remotejdk/BUILD.bazel"
: > "$stubs/remotejdk/WORKSPACE"
cp -r "$root"/usr/share/cargo/registry/tinyjson-*/. "$stubs/tinyjson"
cp "$root/usr/share/bazel/rules/rust/util/process_wrapper/BUILD.tinyjson.bazel" "$stubs/tinyjson/BUILD.bazel"
: > "$stubs/tinyjson/WORKSPACE"

# --- The settings that make Bazel use all this ----------------------------------

{
  echo "startup --install_base=$share --trust_install_base --server_javabase=$final/$jre"
  echo "common --noenable_workspace"
  for pair in platforms=tools/platforms bazel_skylib=tools/skylib bazel_features=tools/features \
    rules_cc=rules/cc rules_java=rules/java rules_rust=rules/rust rules_shell=rules/shell \
    rules_pkg=rules/pkg rules_license=rules/license rules_python=rules/python rules_proto=rules/proto; do
    echo "common --override_module=${pair%%=*}=$share/${pair#*=}"
  done
  for module in "${unused[@]}"; do
    echo "common --override_module=$module=$prefix/stubs/$module"
  done
  for repo in remote_java_tools remote_java_tools_linux; do
    echo "common --override_repository=rules_java~~toolchains~$repo=$final/$lib/bazel/java_tools"
  done
  for repo in remote_jdk8_linux remotejdk11_linux remotejdk17_linux remotejdk21_linux; do
    echo "common --override_repository=rules_java~~toolchains~$repo=$prefix/stubs/remotejdk"
  done
  echo "common --override_repository=rules_rust~~i~rules_rust_tinyjson=$prefix/stubs/tinyjson"
  # Debian ships no native turbine; the JDK on the machine compiles and runs.
  echo "build --nojava_header_compilation --java_runtime_version=local_jdk --tool_java_runtime_version=local_jdk"
} > "$work/prefix/bazelrc"

cat > "$work/prefix/bazel" << END
#!/bin/sh
exec "$final/usr/bin/bazel" --nosystem_rc --bazelrc="$prefix/bazelrc" "\$@"
END
chmod +x "$work/prefix/bazel"
chmod 755 "$work/prefix"
rm -rf "$prefix"
mv "$work/prefix" "$prefix"
echo "tools/bazel: Bazel $version is in $prefix" >&2
