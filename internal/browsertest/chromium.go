package browsertest

import (
	"context"
	"errors"
)

func newChromium(context.Context, setup) (driver, error) {
	return nil, errors.New("not built yet")
}
