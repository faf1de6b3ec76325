package e2e

// A client for WebDriver BiDi, the protocol of Firefox: https://www.w3.org/TR/webdriver-bidi/

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"golang.org/x/net/websocket"
)

// bidiConn is a connection to a browser. It is safe for concurrent use.
type bidiConn struct {
	ws      *websocket.Conn
	onEvent func(method string, params json.RawMessage) // must not call the browser

	writing sync.Mutex
	mu      sync.Mutex
	lastID  int
	results map[int]chan<- bidiMessage // by the ID of the command
	closed  error
}

// bidiMessage is a result, an error or an event.
type bidiMessage struct {
	ID      int             `json:"id"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

// bidiParams are the parameters of a command.
type bidiParams = map[string]any

func dialBidi(url string, onEvent func(string, json.RawMessage)) (*bidiConn, error) {
	config, err := websocket.NewConfig(url, bidiOrigin)
	if err != nil {
		return nil, err
	}
	ws, err := config.DialContext(context.Background())
	if err != nil {
		return nil, err
	}
	c := &bidiConn{ws: ws, onEvent: onEvent, results: map[int]chan<- bidiMessage{}}
	go c.read()
	return c, nil
}

// read passes on what the browser sends until the connection is closed.
func (c *bidiConn) read() {
	for {
		var m bidiMessage
		if err := websocket.JSON.Receive(c.ws, &m); err != nil {
			c.fail(err)
			return
		}
		if m.Method != "" {
			c.onEvent(m.Method, m.Params)
			continue
		}
		c.mu.Lock()
		result := c.results[m.ID]
		delete(c.results, m.ID)
		c.mu.Unlock()
		if result != nil {
			result <- m
		}
	}
}

// fail ends all commands.
func (c *bidiConn) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = err
	for _, result := range c.results {
		close(result)
	}
	c.results = nil
}

// call sends a command and decodes its result, unless result is nil.
func (c *bidiConn) call(ctx context.Context, method string, params bidiParams, result any) error {
	sent, err := c.send(method, params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case <-ctx.Done(): // the result goes into the channel's buffer, if it still comes
		return fmt.Errorf("%s: %w", method, ctx.Err())
	case m, ok := <-sent:
		switch {
		case !ok:
			return fmt.Errorf("%s: the connection is closed", method)
		case m.Error != "":
			return fmt.Errorf("%s: %s: %s", method, m.Error, m.Message)
		case result == nil:
			return nil
		}
		return json.Unmarshal(m.Result, result)
	}
}

// send sends a command. The channel gets its result, or is closed with the connection.
func (c *bidiConn) send(method string, params bidiParams) (<-chan bidiMessage, error) {
	c.mu.Lock()
	if c.closed != nil {
		c.mu.Unlock()
		return nil, c.closed
	}
	c.lastID++
	id := c.lastID
	result := make(chan bidiMessage, 1)
	c.results[id] = result
	c.mu.Unlock()

	c.writing.Lock() // not mu, which read needs
	defer c.writing.Unlock()
	command := bidiParams{"id": id, "method": method, "params": params}
	return result, websocket.JSON.Send(c.ws, command)
}
