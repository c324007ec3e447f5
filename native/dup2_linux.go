package native

import "syscall"

// dup2 is Dup3 on Linux, which has no dup2 on its newer architectures.
func dup2(from, to int) error { return syscall.Dup3(from, to, 0) }
