package main

import (
	"context"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

// CreateMessage is called for every sampling request.
func (t task) CreateMessage(ctx context.Context, request mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
	var result mcp.CreateMessageResult
	return &result, t.ask(ctx, request.CreateMessageParams, &result)
}

func mcpGo(ctx context.Context, t task) (func() error, error) {
	var way transport.Interface
	if t.url == "" {
		way = transport.NewStdio(t.command[0], nil, t.command[1:]...)
	} else {
		// Without the listening stream a server cannot ask in the legacy era; with it the library begins no other.
		var listening []transport.StreamableHTTPCOption
		if t.era != "modern" {
			listening = append(listening, transport.WithContinuousListening())
		}
		http, err := transport.NewStreamableHTTP(t.url, listening...)
		if err != nil {
			return nil, err
		}
		way = http
	}
	options := []client.ClientOption{client.WithSamplingHandler(t)}
	switch t.era {
	case "legacy":
		options = append(options, client.WithProtocolVersion("2025-11-25"))
	case "modern":
		options = append(options, client.WithProtocolVersion(modern))
	}
	host := client.NewClient(way, options...)
	if err := host.Start(ctx); err != nil {
		return nil, err
	}
	initialize := mcp.InitializeRequest{}
	initialize.Params.ClientInfo = mcp.Implementation{Name: "mcp-go-host", Version: "1.0.0"}
	if _, err := host.Initialize(ctx, initialize); err != nil {
		return nil, err
	}
	return func() error {
		call := mcp.CallToolRequest{}
		call.Params.Name = "hook"
		_, err := host.CallTool(ctx, call)
		return err
	}, nil
}
