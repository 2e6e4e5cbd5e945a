#!/usr/bin/env bash
# Lays out a Maven repository of one artifact: maven_repository.sh OUT_DIR POM JAR...
set -euo pipefail
export LC_ALL=C

out=$1 pom=$2
shift 2
# The artifact's own: the first of each.
of_pom() { sed -n "s/^  <$1>\(.*\)<\/$1>\$/\1/p" "$pom" | head -n 1; }
group=$(of_pom groupId) artifact=$(of_pom artifactId) version=$(of_pom version)
[[ $group && $artifact && $version ]] || { echo "$pom names no artifact" >&2 && exit 1; }

home=$out/${group//.//}/$artifact
mkdir -p "$home/$version"
cp -L "$pom" "$home/$version/$artifact-$version.pom"
for jar in "$@"; do
  suffix=$(basename "$jar")
  cp -L "$jar" "$home/$version/$artifact-$version${suffix#"$artifact"}"
done
cat > "$home/maven-metadata.xml" << END
<?xml version="1.0" encoding="UTF-8"?>
<metadata>
  <groupId>$group</groupId>
  <artifactId>$artifact</artifactId>
  <versioning>
    <latest>$version</latest>
    <release>$version</release>
    <versions>
      <version>$version</version>
    </versions>
  </versioning>
</metadata>
END
chmod u+w "$home"/*.xml "$home/$version"/*
for file in "$home"/*.xml "$home/$version"/*; do
  for sum in md5 sha1; do
    "${sum}sum" < "$file" | cut -d ' ' -f 1 | tr -d '\n' > "$file.$sum"
  done
done
