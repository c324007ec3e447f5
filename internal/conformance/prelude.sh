# The suite puts this in front of every native app of a scenario that does not begin with #!.
# log TEXT: a line of the trace, in the context "native APP".
log() { printf '%s\n' "$*" >>"${0%/*}/APP.log"; }
# send JSON: a message to the extension.
send() {
  LC_ALL=C
  n=${#1}
  printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $((n & 255)) $((n >> 8 & 255)) $((n >> 16 & 255)) $((n >> 24)))%s" "$1"
}
# receive: a message of the extension into $message; fails at the end of standard input.
receive() {
  size=$(head -c 4 | od -An -tu4 | tr -d ' ')
  [ -n "$size" ] || return 1
  message=$(head -c "$size")
}
