package engine

import (
	"context"
	"fmt"

	lib "modernc.org/libquickjs"
)

// consoleName is the file name of code that is evaluated.
const consoleName = "<console>"

// evaluation is what a promise came to.
type evaluation struct {
	text string
	err  error
}

// Eval evaluates code in the global scope as the console of a browser does:
// await may stand at the top, a promise that comes out is awaited, and the
// result is the text a console would show. It waits until that is there, ctx is
// done or the realm closes; code that has started goes on when ctx is done. Any
// goroutine may call it, except the loop's own.
func (r *Realm) Eval(ctx context.Context, code string) (string, error) {
	result := make(chan evaluation, 1)
	if !r.loop.Post(func() { r.evaluate(code, func(e evaluation) { result <- e }) }) {
		return "", fmt.Errorf("evaluate in %s: %w", r.name, ErrClosed)
	}
	select {
	case e := <-result:
		return e.text, e.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case <-r.loop.done:
	}
	select {
	case e := <-result:
		return e.text, e.err
	default:
		return "", fmt.Errorf("evaluate in %s: %w", r.name, ErrClosed)
	}
}

// evaluate starts code; done is called exactly once.
func (r *Realm) evaluate(code string, done func(evaluation)) {
	if err := r.begin(); err != nil {
		done(evaluation{err: err})
		return
	}
	finished := false
	var err error
	defer func() {
		if finished {
			r.end(true, nil, nil)
			return
		}
		r.end(false, recover(), &err)
		done(evaluation{err: err})
	}()
	m := r.vm
	promise := m.evalSource(consoleName, code, lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_ASYNC)
	if isException(promise) {
		done(evaluation{err: r.takeError()})
	} else {
		r.settle(promise, true, done)
		m.free(promise)
	}
	finished = true
}
