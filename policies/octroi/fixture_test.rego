package octroi.gate_test

# Two requests that pass, from which each test departs by one thing. Not tests themselves.

under_agreement := {
	"subject": {
		"authentication": "token",
		"application": "018f0000-0000-7000-8000-000000000001",
		"application_active": true,
		"reuser_kind": "company",
		"scopes": [],
	},
	"grant": {
		"agreement": "018f0000-0000-7000-8000-000000000002",
		"status": "active",
		"offer": "018f0000-0000-7000-8000-000000000003",
		"licence_version": "018f0000-0000-7000-8000-000000000004",
		"purposes": ["ServiceProvision", "ServiceOptimisation"],
		"valid_from": "2026-01-01T00:00:00Z",
		"valid_until": "2027-01-01T00:00:00Z",
		"tier": {
			"name": "pro",
			"obligations": {
				"visible_columns": ["district", "hour", "presence"],
				"masks": [{"column": "presence", "how": "round", "digits": 0}],
				"rows": [{"column": "district", "operator": "in", "values": ["centre", "bastide"]}],
				"area": {"west": -0.64, "south": 44.81, "east": -0.53, "north": 44.92},
				"freshness_delay_seconds": 3600,
				"history_depth_seconds": 31536000,
				"row_cap": 1000,
				"byte_cap": 1000000,
				"formats": ["csv", "json"],
				"attribution": false,
			},
		},
	},
	"resource": {
		"territory": "bordeaux",
		"holder": "018f0000-0000-7000-8000-000000000005",
		"dataset": "018f0000-0000-7000-8000-000000000006",
		"dataset_slug": "presence",
		"distribution": "018f0000-0000-7000-8000-000000000007",
		"classification": "controlled",
		"themes": ["SOCI"],
		"flags": [],
		"columns": ["device", "district", "hour", "presence"],
		"actions": ["query", "read"],
		"formats": ["csv", "json"],
		"paused": false,
	},
	"action": {"kind": "query", "format": "json", "columns": ["district"], "operators": ["district:eq"]},
	"purpose": "ServiceProvision",
	"context": {
		"minute": "2026-11-24T10:15:00Z",
		"next_review": "2026-11-24T10:25:00Z",
		"region": "unknown",
		"channel": "machine",
	},
}

by_anybody := {
	"subject": {"authentication": "anonymous", "application_active": true, "scopes": []},
	"grant": {
		"status": "active",
		"offer": "018f0000-0000-7000-8000-000000000008",
		"licence_version": "018f0000-0000-7000-8000-000000000009",
		"purposes": [],
		"valid_from": "2026-01-01T00:00:00Z",
		"tier": {
			"name": "open",
			"obligations": {"masks": [], "rows": [], "formats": [], "attribution": true},
		},
	},
	"resource": {
		"territory": "rennes",
		"holder": "018f0000-0000-7000-8000-00000000000a",
		"dataset": "018f0000-0000-7000-8000-00000000000b",
		"dataset_slug": "parks",
		"distribution": "018f0000-0000-7000-8000-00000000000c",
		"classification": "public",
		"themes": [],
		"flags": [],
		"columns": [],
		"actions": ["read"],
		"formats": ["json"],
		"paused": false,
	},
	"action": {"kind": "read", "format": "json", "columns": [], "operators": []},
	"context": {
		"minute": "2026-11-24T10:15:00Z",
		"next_review": "2026-11-24T10:25:00Z",
		"region": "unknown",
		"channel": "human",
	},
}

# The same request, but for these parts.
but(request, parts) := object.union(request, parts)
