#!/usr/bin/env bash
# Makes what a Java user takes: the jar, its sources, its documentation, a POM.
#   dist.sh OUT_DIR JAVA_HOME version.h LICENSE natives.jar pom.xml.in
#       (--copyright FILE | --resource FILE | SOURCE.java)...
set -euo pipefail
export LC_ALL=C

out=$1 java=$(realpath "$2") header=$3 license=$4 natives=$(realpath "$5") pom=$6
shift 6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/classes/META-INF/licenses" "$work/sources" "$work/javadoc"

number() { sed -n "s/^#define ALEXNET_VERSION_$1 \([0-9]*\)\$/\1/p" "$header"; }
version=$(number MAJOR).$(number MINOR).$(number PATCH)

sources=()
while (($# > 0)); do
  if [[ $1 == --copyright ]]; then
    install -m 644 "$2" "$work/classes/META-INF/licenses/$(basename "$(dirname "$2")")"
    shift 2
  elif [[ $1 == --resource ]]; then
    install -D -m 644 "$2" "$work/classes/${2#*/src/main/resources/}"
    shift 2
  else
    sources+=("$1")
    install -D -m 644 "$1" "$work/sources/${1#*/src/main/java/}"
    shift
  fi
done
install -m 644 "$license" "$work/classes/META-INF/LICENSE"

"$java/bin/javac" --release 17 -Xlint:all -Werror --module-version "$version" \
  -d "$work/classes" "${sources[@]}"
(cd "$work/classes" && "$java/bin/jar" --extract --file "$natives")
"$java/bin/javadoc" -quiet -Xdoclint:all,-missing -Werror -notimestamp \
  -d "$work/javadoc" --module-source-path "org.alexnet=$work/sources" \
  --module org.alexnet > /dev/null

printf 'Implementation-Title: AlexNet\nImplementation-Version: %s\n' "$version" > "$work/manifest"
cp "$work/manifest" "$work/manifest-sources"
cp "$work/manifest" "$work/manifest-javadoc"
# Counts in the jar that `java -jar` starts: for programs that are packed into one with this.
echo 'Enable-Native-Access: ALL-UNNAMED' >> "$work/manifest"
# The same files give the same jars: sorted, since a folder has an order of its own.
pack() {
  (cd "$2" && find . -type f -printf '%P\n' | sort) > "$work/list"
  (cd "$2" && "$java/bin/jar" --create --date=1980-01-01T00:00:02Z \
    --file "$work/packed.jar" --manifest "$work/manifest$1" "@$work/list")
  mv "$work/packed.jar" "$out/alexnet$1.jar"
}
pack "" "$work/classes"
pack -sources "$work/sources"
pack -javadoc "$work/javadoc"
sed "s/@VERSION@/$version/" "$pom" > "$out/alexnet.pom"
