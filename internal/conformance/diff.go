package conformance

import (
	"strings"
)

// Diff shows how two traces differ: the lines of both in order, those of want alone after a -, those of got alone after
// a +. It is empty where they are the same.
func Diff(want, got string) string {
	if want == got {
		return ""
	}
	x, y := strings.Split(strings.TrimSuffix(want, "\n"), "\n"), strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	// common[i][j] is how many lines x[i:] and y[j:] have in common.
	common := make([][]int, len(x)+1)
	for i := range common {
		common[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if x[i] == y[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var b strings.Builder
	for i, j := 0, 0; i < len(x) || j < len(y); {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			b.WriteString("  " + x[i] + "\n")
			i++
			j++
		case j == len(y) || i < len(x) && common[i+1][j] >= common[i][j+1]:
			b.WriteString("- " + x[i] + "\n")
			i++
		default:
			b.WriteString("+ " + y[j] + "\n")
			j++
		}
	}
	return b.String()
}
