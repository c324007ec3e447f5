package browsertest

import (
	"context"
	"errors"
)

func newFirefox(context.Context, setup) (driver, error) {
	return nil, errors.New("not built yet")
}
