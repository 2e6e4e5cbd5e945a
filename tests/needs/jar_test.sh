#!/usr/bin/env bash
# jar_test needs.txt JAVA_HOME alexnet.jar
# The libraries in the jar need no newer system than needs.txt says; on an older one,
# the error says what is needed.
set -euo pipefail
export LC_ALL=C
needs=$PWD/$1 java=$(realpath "${2/#external/..}")/bin jar=$(realpath "$3")
check=$PWD/tests/needs/needs.sh
fail() { echo "FAILED: $*" >&2 && exit 1; }
cd "$TEST_TMPDIR"
mkdir unpacked
(cd unpacked && "$java/jar" --extract --file "$jar")
native=$PWD/unpacked/org/alexnet/native/linux-x86_64
"$check" "$needs" "$native"/lib* || fail "what is shipped needs a newer system"

# A system that lacks a version: that of a library which asks for one that there is not.
# In the name alone, since the loader then finds the hash and compares the names.
sed -i 's/GLIBC_2\.35/GLIBC_9.35/' "$native/libalexnet.so.0"
(cd "$native" && sha256sum -- lib* > index)
cat > App.java <<'END'
public class App {
  public static void main(String[] words) {
    System.out.println(org.alexnet.AlexNet.version());
  }
}
END
"$java/javac" -cp "$jar" -d classes App.java
limit() { sed -n "s/^$1 //p" "$needs"; }
for from in "-cp unpacked:classes" "-Dorg.alexnet.library=$native -cp $jar:classes"; do
  # shellcheck disable=SC2086  # several words
  said=$("$java/java" $from App 2>&1) && fail "a library ran without what it needs"
  [[ $said == *"GLIBC_9.35' not found"* ]] || fail "$from: the loader's words are lost: $said"
  [[ $said == *"glibc $(limit GLIBC) "*"GLIBCXX_$(limit GLIBCXX)"*"or newer"* ]] ||
    fail "$from: what is needed is not said: $said"
done
# Other failures do not speak of it.
said=$("$java/java" -Dorg.alexnet.library=/none.so -cp "$jar:classes" App 2>&1) && fail "loaded nothing"
[[ $said != *glibc* ]] || fail "of a missing file: $said"
