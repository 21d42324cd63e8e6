package main

import (
	"context"
	"os/exec"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func sdk(tools bool) host {
	return func(ctx context.Context, t task) (func() error, error) {
		options := &mcp.ClientOptions{}
		if tools {
			options.CreateMessageWithToolsHandler = func(
				ctx context.Context, request *mcp.CreateMessageWithToolsRequest,
			) (*mcp.CreateMessageWithToolsResult, error) {
				var result mcp.CreateMessageWithToolsResult
				return &result, t.ask(ctx, request.Params, &result)
			}
		} else {
			options.CreateMessageHandler = func(
				ctx context.Context, request *mcp.CreateMessageRequest,
			) (*mcp.CreateMessageResult, error) {
				var result mcp.CreateMessageResult
				return &result, t.ask(ctx, request.Params, &result)
			}
		}
		client := mcp.NewClient(&mcp.Implementation{Name: "go-host", Version: "1.0.0"}, options)
		var transport mcp.Transport = &mcp.CommandTransport{Command: exec.Command(t.command[0], t.command[1:]...)}
		if t.url != "" {
			transport = &mcp.StreamableClientTransport{Endpoint: t.url}
		}
		session, err := client.Connect(ctx, transport, &mcp.ClientSessionOptions{
			ProtocolVersion: map[string]string{"legacy": "2025-11-25", "modern": modern}[t.era],
		})
		if err != nil {
			return nil, err
		}
		return func() error {
			_, err := session.CallTool(ctx, &mcp.CallToolParams{Name: "hook"})
			return err
		}, nil
	}
}
