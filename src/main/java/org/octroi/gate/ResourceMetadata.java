package org.octroi.gate;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.octroi.gate.http.Exchange;
import org.octroi.problem.PublicAddresses;
import org.octroi.token.ProofVerifier;
import tools.jackson.databind.json.JsonMapper;

/** Tells programs where tokens for this gate come from (RFC 9728 §2). Immutable. */
final class ResourceMetadata {

  static final String PATH = "/.well-known/oauth-protected-resource";
  static final List<String> SEGMENTS = List.of(".well-known", "oauth-protected-resource");

  private final byte[] document;

  ResourceMetadata(PublicAddresses addresses) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("resource", addresses.gate().publicUrl());
    metadata.put("authorization_servers", List.of(addresses.desk().publicUrl()));
    metadata.put("bearer_methods_supported", List.of("header"));
    metadata.put("dpop_signing_alg_values_supported", ProofVerifier.ALGORITHMS);
    metadata.put("resource_name", "Octroi");
    metadata.put("resource_documentation", addresses.atDesk("/api/v1/openapi.json"));
    this.document = JsonMapper.shared().writeValueAsBytes(metadata);
  }

  void answer(Exchange exchange) {
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    fields.set(HttpHeaderNames.CACHE_CONTROL, "public, max-age=3600");
    fields.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    fields.set("x-content-type-options", "nosniff");
    exchange.head(200, fields, OptionalLong.of(document.length));
    exchange.piece(Unpooled.wrappedBuffer(document));
    exchange.end();
  }
}
