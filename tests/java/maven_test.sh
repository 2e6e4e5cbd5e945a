#!/usr/bin/env bash
# The Maven repository is laid out as Maven reads one:
#   maven_test M2 alexnet.pom alexnet.jar alexnet-sources.jar alexnet-javadoc.jar
set -euo pipefail
m2=$1 pom=$2
shift 2
fail() { echo "FAILED: $*" >&2 && exit 1; }

version=$(sed -n 's/^  <version>\(.*\)<\/version>$/\1/p' "$pom")
artifact=$m2/org/alexnet/alexnet
here=$artifact/$version
cmp "$pom" "$here/alexnet-$version.pom" || fail "the POM is another"
for classifier in "" -sources -javadoc; do
  cmp "$1" "$here/alexnet-$version$classifier.jar" || fail "$1 is another there"
  shift
done
grep -q "<release>$version</release>" "$artifact/maven-metadata.xml" || fail "no version"
grep -q '<name>BSD-2-Clause</name>' "$pom" || fail "no licence"

sums=0
while IFS= read -r file; do
  for sum in md5 sha1; do
    [[ $(cat "$file.$sum") == "$("${sum}sum" < "$file" | cut -d ' ' -f 1)" ]] ||
      fail "$file.$sum"
    sums=$((sums + 1))
  done
done < <(find -L "$m2" -type f -not -name '*.md5' -not -name '*.sha1')
((sums == 10)) || fail "$sums checksums, not two of each of five files"
