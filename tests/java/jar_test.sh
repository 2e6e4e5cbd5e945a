#!/usr/bin/env bash
# What a user does with the jar, outside Bazel:
#   jar_test JAVA_HOME alexnet.jar alexnet-sources.jar alexnet-javadoc.jar alexnet.pom
#       OTHER_VERSION.so
set -euo pipefail
# Bazel names the JDK as its actions see it; beside the runfiles it is elsewhere.
java=$(realpath "${1/#external/..}")/bin
jar=$(realpath "$2") sources=$(realpath "$3") javadoc=$(realpath "$4")
pom=$(realpath "$5") other=$(realpath "$6")
cd "$TEST_TMPDIR"
fail() { echo "FAILED: $*" >&2 && exit 1; }

mkdir -p app tmp
cat > app/App.java <<'EOF'
public class App {
  public static void main(String[] words) {
    try (org.alexnet.Network network = org.alexnet.Network.preset("lenet5");
        org.alexnet.Model model = org.alexnet.Model.initial(network, 1)) {
      System.out.println(org.alexnet.AlexNet.version() + " " + model.info().network());
    }
  }
}
EOF
"$java/javac" -cp "$jar" -d classes app/App.java
release=$("$java/java" -XshowSettings:properties -version 2>&1 |
  sed -n 's/^ *java\.specification\.version = //p')
# Java 24 and newer warn where native code comes in without being enabled.
bare() { "$java/java" -Djava.io.tmpdir="$PWD/tmp" "$@" 2>&1; }
enabled() {
  local flag=()
  ((release < 24)) || flag=("--enable-native-access=$1")
  bare "${flag[@]}" "${@:2}"
}
run() { enabled ALL-UNNAMED "$@"; }
run_module() { enabled org.alexnet "$@"; }
left() {
  ! find tmp -mindepth 1 -not -path 'tmp/hsperfdata*' | grep . || fail "$1 left files behind"
}
version=$(sed -n 's/^  <version>\(.*\)<\/version>$/\1/p' "$pom")
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "the POM's version is '$version'"

said=$(run -cp "$jar:classes" App)
[[ $said == "$version lenet5" ]] || fail "on the class path: $said"
left "the class path"

# What a killed process left is swept after a day, and nothing else.
for name in alexnet-0123456789ab-old alexnet-0123456789ab-new alexnet-kept; do
  mkdir "tmp/$name" && touch "tmp/$name/libalexnet_jni.so"
done
mkdir elsewhere && touch elsewhere/file && ln -s "$PWD/elsewhere" tmp/alexnet-0123456789ab-link
touch -h -d '3 days ago' tmp/alexnet-* elsewhere
touch tmp/alexnet-0123456789ab-new
run -cp "$jar:classes" App > one.txt
[[ $(ls tmp | grep -v hsperfdata | tr '\n' ' ') == \
  "alexnet-0123456789ab-link alexnet-0123456789ab-new alexnet-kept " ]] || fail "swept: $(ls tmp)"
[[ -e elsewhere/file ]] || fail "followed a link"
rm -r tmp/alexnet-*

# Two at once.
run -cp "$jar:classes" App > one.txt &
run -cp "$jar:classes" App > other.txt
wait
[[ $(cat one.txt other.txt | sort -u) == "$version lenet5" ]] || fail "two at once: $(cat one.txt other.txt)"
left "two at once"

# As a module.
mkdir -p module/app
echo 'module app { requires org.alexnet; }' > module/module-info.java
{ echo 'package app;' && cat app/App.java; } > module/app/App.java
"$java/javac" -p "$jar" -d modules/app module/module-info.java module/app/App.java
said=$(run_module -p "$jar:modules" -m app/app.App)
[[ $said == "$version lenet5" ]] || fail "as a module: $said"

# Java that is told to refuse native code (24 and newer) names the flag that lets it in, which the
# manifest of a program's own jar may give.
if ((release >= 24)); then
  deny=--illegal-native-access=deny
  said=$(bare $deny -cp "$jar:classes" App) && fail "deny lets the class path load"
  [[ $said == *--enable-native-access=ALL-UNNAMED* ]] || fail "denied: $said"
  said=$(bare $deny -p "$jar:modules" -m app/app.App) && fail "deny lets the module load"
  [[ $said == *--enable-native-access=org.alexnet* ]] || fail "the module denied: $said"
  said=$(run $deny -cp "$jar:classes" App)
  [[ $said == "$version lenet5" ]] || fail "enabled: $said"
  said=$(run_module $deny -p "$jar:modules" -m app/app.App)
  [[ $said == "$version lenet5" ]] || fail "the module enabled: $said"
  printf 'Main-Class: App\nEnable-Native-Access: ALL-UNNAMED\nClass-Path: %s\n' \
    "$(basename "$jar")" > manifest
  "$java/jar" --create --file program.jar --manifest manifest -C classes .
  ln -s "$jar" "$(basename "$jar")"
  said=$(bare $deny -jar program.jar)
  [[ $said == "$version lenet5" ]] || fail "enabled by a manifest: $said"
else
  echo "SKIP: Java $release has no --illegal-native-access"
fi
mkdir manifests && (cd manifests && "$java/jar" --extract --file "$jar" META-INF)
grep -q '^Enable-Native-Access: ALL-UNNAMED' manifests/META-INF/MANIFEST.MF ||
  fail "no Enable-Native-Access"
[[ -e manifests/META-INF/native-image/org.alexnet/alexnet/jni-config.json ]] ||
  fail "nothing for native-image"

# The other jars.
"$java/jar" --list --file "$sources" > list.txt
grep -qx org/alexnet/Session.java list.txt || fail "no sources"
"$java/jar" --list --file "$javadoc" > list.txt
grep -q 'org/alexnet/Session.html' list.txt || fail "no documentation"

# A damaged library is refused by name, and nothing stays.
mkdir damaged && (cd damaged && "$java/jar" --extract --file "$jar")
native=damaged/org/alexnet/native/linux-x86_64
cp -r damaged whole
printf 'x' | dd of=$native/libjpeg.so.62 bs=1 seek=5000 conv=notrunc status=none
said=$(run -cp damaged:classes App) && fail "took a damaged library"
[[ $said == *libjpeg.so.62*damaged* ]] || fail "a damaged library: $said"
left "a damaged library"

# Libraries elsewhere.
said=$(run -Dorg.alexnet.library="$PWD/whole/org/alexnet/native/linux-x86_64" -cp "$jar:classes" App)
[[ $said == "$version lenet5" ]] || fail "by -Dorg.alexnet.library: $said"
said=$(run -Dorg.alexnet.library=/no/such/libalexnet_jni.so -cp "$jar:classes" App) &&
  fail "took a missing library"
[[ $said == *"org.alexnet.library=/no/such/libalexnet_jni.so"* ]] || fail "a missing one: $said"
rm -r whole/org/alexnet/native/linux-x86_64/index
said=$(run -cp whole:classes App) && fail "found a library in nothing"
[[ $said == *"Looked at"*linux-x86_64/index*java.library.path* ]] || fail "nowhere: $said"
said=$(run -Djava.library.path="$PWD/whole/org/alexnet/native/linux-x86_64" -cp whole:classes App)
[[ $said == "$version lenet5" ]] || fail "on java.library.path: $said"

# A library of another version, both named.
said=$(run -Dorg.alexnet.library="$other" -cp "$jar:classes" App) &&
  fail "took a library of another version"
[[ $said == *"$version"*7.8.9* ]] || fail "another version: $said"

# A folder that cannot be written.
said=$(run -Dorg.alexnet.tmpdir="$PWD/no/such" -cp "$jar:classes" App) && fail "wrote into nothing"
[[ $said == *org.alexnet.tmpdir* ]] || fail "a folder that is not there: $said"
