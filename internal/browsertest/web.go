package browsertest

import (
	"errors"
	"net"
	"net/http"
	"sync"
)

// web serves every http URL of a browser from one loopback address.
type web struct {
	listener net.Listener
	server   http.Server
	serving  sync.WaitGroup
	err      error // of Serve, once serving is done
}

func serve(handler http.Handler) (*web, error) {
	if handler == nil {
		handler = http.NotFoundHandler()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &web{listener: listener, server: http.Server{Handler: handler}}
	w.serving.Go(func() { w.err = w.server.Serve(listener) })
	return w, nil
}

// address returns host:port.
func (w *web) address() string { return w.listener.Addr().String() }

// close ends every connection.
func (w *web) close() error {
	err := w.server.Close()
	w.serving.Wait()
	if !errors.Is(w.err, http.ErrServerClosed) {
		return w.err
	}
	return err
}
