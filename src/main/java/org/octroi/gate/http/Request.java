package org.octroi.gate.http;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * A request whose framing is sound and whose address can be read.
 *
 * @param method as sent
 * @param target the address, decoded
 * @param headers as sent
 * @param body its body, where the method has a use for one
 */
public record Request(String method, RequestTarget target, HttpHeaders headers, RequestBody body) {}
