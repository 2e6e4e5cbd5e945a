# Sourced, not run: apt with lists, cache and package status of its own, so
# that packages can be fetched without root and without touching the machine.

# private_apt DIR SUITE...
#   Sets the array APT (options for apt-get and apt-cache) to the given suites
#   of the Debian mirror that this machine already uses, and fetches their
#   lists into DIR, which must be an absolute path.
private_apt() {
  local dir=$1 tool uris codename mirror security keyring suite
  shift
  for tool in apt-get apt-cache dpkg-deb; do
    if ! command -v "$tool" > /dev/null; then
      echo "error: $tool was not found. The build takes pinned Debian packages;" \
        "install apt and dpkg (on Debian they are always there)" >&2
      return 1
    fi
  done
  # Only Debian's own archive has a suite CODENAME-updates, and only its
  # security archive has CODENAME-security.
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  uris=$(apt-get --print-uris update 2> /dev/null | sed -n "s#^'\([^']*\)'.*#\1#p") || true
  mirror=$(sed -n "s#/dists/$codename-updates/.*##p" <<< "$uris" | sort -u | head -n 1)
  [[ $mirror ]] || mirror=$(sed -n "s#\(/debian\)/dists/.*#\1#p" <<< "$uris" | sort -u | head -n 1)
  security=$(sed -n "s#/dists/$codename-security/.*##p" <<< "$uris" | sort -u | head -n 1)
  if [[ ! $mirror ]]; then
    echo "error: no Debian mirror among the apt sources of this machine; add one to /etc/apt/sources.list" >&2
    return 1
  fi

  mkdir -p "$dir"/{lists/partial,archives/partial}
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [[ -r $keyring ]] && keyring="[signed-by=$keyring] " || keyring=
  for suite in "$@"; do
    case $suite in
      *-security) [[ $security ]] && echo "deb $keyring$security $suite main" ;;
      *) echo "deb $keyring$mirror $suite main" ;;
    esac
  done > "$dir/sources.list"
  : > "$dir/status"
  APT=(-qq
    -oDir::Etc::sourcelist="$dir/sources.list" -oDir::Etc::sourceparts=/dev/null
    -oDir::State::Lists="$dir/lists" -oDir::State::status="$dir/status" -oDir::Cache="$dir"
    -oAPT::Architecture=amd64 -oAPT::Architectures=amd64 -oAPT::Install-Recommends=0
    -oAcquire::Retries=3 -oAcquire::Languages=none -oAPT::Sandbox::User=root)
  # By itself apt takes a list that it could not fetch for a mere warning.
  private_apt_retry apt-get "${APT[@]}" -oAPT::Update::Error-Mode=any update
}

# private_apt_retry COMMAND...: up to three tries, for a network that hiccups.
private_apt_retry() {
  local try
  for try in 1 2 3; do
    timeout 300 "$@" && return
    [[ $try == 3 ]] || sleep $((try * 2))
  done
  echo "error: failed three times: $1 ${*: -1}" >&2
  return 1
}

# upstream_version VERSION: a package's version less the Debian revision.
upstream_version() { echo "${1%-*}"; }
