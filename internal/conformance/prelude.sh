# The suite puts this in front of every native app of a scenario that does not begin with #!.
manifest='MANIFEST'
# log TEXT: a line of the trace, in the context "native APP".
log() { printf '%s\n' "$*" >>"${0%/*}/APP.log"; }
# frame FORMAT…: a frame with the bytes that printf writes.
frame() {
  LC_ALL=C
  _body=$(printf "$@"; echo .)
  _body=${_body%.}
  _n=${#_body}
  printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $((_n & 255)) $((_n >> 8 & 255)) $((_n >> 16 & 255)) $((_n >> 24)))%s" "$_body"
}
# send JSON: a message to the extension.
send() { frame %s "$1"; }
# receive: a message of the extension into $message; fails at the end of standard input.
receive() {
  size=$(head -c 4 | od -An -tu4 | tr -d ' ')
  [ -n "$size" ] || return 1
  message=$(head -c "$size")
}
