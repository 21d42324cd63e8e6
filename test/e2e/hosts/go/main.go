// Hosts on the Go libraries for MCP: `sdk` and `sdk-tools` are the official SDK with each of its two handlers, `mcp-go` is
// mcp-go. Each passes the sampling request on to the model of the tests and gives back its answer.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
)

// Calls of the hook that are kept open in the modern era.
const openHooks = 4

const modern = "2026-07-28"

// What the test tells: how to start the bridge or where it runs, which model to lend, and the era to begin in, where `auto` is
// what the library does by itself.
type task struct {
	command []string
	url     string
	model   string
	era     string
}

// host connects to the bridge and returns a call of its tool `hook`.
type host func(context.Context, task) (hook func() error, err error)

var hosts = map[string]host{"sdk": sdk(false), "sdk-tools": sdk(true), "mcp-go": mcpGo}

func main() {
	if err := lend(hosts[os.Args[1]]); err != nil {
		log.Fatal(err)
	}
}

// lend connects, and lends until the standard input ends.
func lend(connect host) error {
	todo := task{
		url:   os.Getenv("MCPTB_TEST_URL"),
		model: os.Getenv("MCPTB_TEST_MODEL"),
		era:   os.Getenv("MCPTB_TEST_ERA"),
	}
	if err := json.Unmarshal([]byte(os.Getenv("MCPTB_TEST_BRIDGE")), &todo.command); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	hook, err := connect(ctx, todo)
	if err != nil {
		return err
	}
	if todo.era == "modern" {
		for range openHooks {
			go func() {
				for ctx.Err() == nil {
					if err := hook(); err != nil {
						log.Print(err)
					}
				}
			}()
		}
	}
	_, err = io.ReadAll(os.Stdin)
	return err
}

// ask passes the params of a sampling request on to the model and reads its answer into result.
func (t task) ask(ctx context.Context, params, result any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.model+"/sampling", bytes.NewReader(body))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return errors.New(string(text))
	}
	return json.Unmarshal(text, result)
}
