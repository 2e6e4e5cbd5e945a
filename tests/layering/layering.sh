#!/usr/bin/env bash
# usage: layering.sh ROOT TABLE
#
# Prints every #include and every Bazel dependency under ROOT that TABLE
# (allowed.txt) forbids; exits 1 if there is one. third_party may be used by all.
set -euo pipefail
export LC_ALL=C
root=$1 table=$(realpath "$2")
cd "$root"

# The rooms' own folders; `find` does not follow bazel-bin and its like.
mapfile -t tops < <(sed -n 's/^\([a-z_]*\)[/:].*/\1/p' "$table" | sort -u)
dirs=()
for top in "${tops[@]}"; do [[ -d $top ]] && dirs+=("$top"); done
((${#dirs[@]})) || {
  echo "layering.sh: no room of $table is in $root" >&2
  exit 1
}

find "${dirs[@]}" -type f \( -name '*.h' -o -name '*.hpp' -o -name '*.cc' -o -name '*.c' \
  -o -name '*.cu' -o -name '*.cuh' -o -name BUILD.bazel \) | sort | awk '
  function room(path,   best, r) {
    for (r in rooms) if (index(path "/", r "/") == 1 && length(r) > length(best)) best = r
    return best
  }
  function top(path) { sub("/.*", "", path); return path }
  function refuse(what) { printf "%s:%d: %s\n", file, line, what; bad = 1 }
  # uses(path): the file being read uses the file or package "path".
  function uses(path,   to) {
    if (!(top(path) in tops)) return
    to = room(path)
    if (to == "") refuse(path " is in no room of allowed.txt")
    else if (to != from && !((from, to) in below)) refuse(from " may not use " to " (" path ")")
  }
  # Everything below room r becomes usable by room "user".
  function spread(user, r, depth,   n, i, parts) {
    if (depth > 50) { print "allowed.txt: " user " is below itself"; bad = 1; return }
    n = split(direct[r], parts, " ")
    for (i = 1; i <= n; i++) {
      if (parts[i] ~ /^=/) { below[user, substr(parts[i], 2)]; continue }
      if (!((user, parts[i]) in below)) { below[user, parts[i]]; spread(user, parts[i], depth + 1) }
    }
  }
  FNR == NR {
    if ($0 ~ /^#/ || $0 == "") next
    name = $0; sub(":.*", "", name)
    list = $0; sub("[^:]*:", "", list)
    rooms[name]; tops[top(name)]; direct[name] = list
    if (system("test -d " name) != 0) { print "allowed.txt: there is no room " name; bad = 1 }
    next
  }
  !spread_done {
    spread_done = 1
    for (r in rooms) spread(r, r, 0)
    for (r in rooms) if ((r, r) in below) { print "allowed.txt: " r " is below itself"; bad = 1 }
  }
  {
    file = $0; line = 0; from = room(file)
    if (from == "") {
      # A folder that only groups rooms may hold a BUILD file.
      if (file ~ /BUILD\.bazel$/ && file !~ /\/.*\//) next
      refuse("is in no room of allowed.txt"); next
    }
    build = file ~ /BUILD\.bazel$/
    while ((getline text < file) > 0) {
      line++
      if (build) {
        sub(/#.*/, "", text)
        # Who may see a target is the other direction.
        while (match(text, /"\/\/[^"]*"/)) {
          label = substr(text, RSTART + 3, RLENGTH - 4)
          text = substr(text, RSTART + RLENGTH)
          if (label ~ /:__(pkg|subpackages)__$/) continue
          sub(":.*", "", label)
          if (label !~ /^tools(\/build(\/.*)?)?$/) uses(label)
        }
      } else if (match(text, /^[ \t]*#[ \t]*include[ \t]*"[^"]*"/)) {
        path = substr(text, 1, RLENGTH - 1); sub(/[^"]*"/, "", path)
        uses(path)
      }
    }
    close(file)
  }
  END { exit bad }' "$table" -
