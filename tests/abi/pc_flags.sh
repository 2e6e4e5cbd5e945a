# shellcheck shell=bash disable=SC2034
# Sourced by tests of the distribution.
# pc_flags FOLDER NAME: what pkg-config --static says of NAME with FOLDER as its path,
# asked by hand where there is none. It has to be the same without --static.
pc_flags() {
  local pcfiledir=$1 prefix libdir includedir name line
  if command -v pkg-config > /dev/null; then
    [[ $(PKG_CONFIG_PATH=$1 pkg-config --cflags --libs "$2") == \
      $(PKG_CONFIG_PATH=$1 pkg-config --static --cflags --libs "$2") ]] || return 1
    PKG_CONFIG_PATH=$1 pkg-config --static --cflags --libs "$2"
    return
  fi
  while IFS= read -r line; do
    case $line in
      prefix=* | libdir=* | includedir=*) eval "$line" ;;
      Cflags:* | Libs:*) eval "echo ${line#*: }" ;;
    esac
  done < "$1/$2.pc"
  for name in $(sed -n 's/^Requires: //p' "$1/$2.pc"); do pc_flags "$1" "$name"; done
}
