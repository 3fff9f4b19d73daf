package org.octroi.territory;

import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Page;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Says in {@code Link: rel="next"} (RFC 8288) where a list goes on, for whatever room answers with
 * a {@link Page}; the link keeps the request's other parameters.
 */
@RestControllerAdvice
class NextPageLink implements ResponseBodyAdvice<Object> {

  @Override
  public boolean supports(
      MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
    return true;
  }

  @Override
  public @Nullable Object beforeBodyWrite(
      @Nullable Object body,
      MethodParameter returnType,
      MediaType selectedContentType,
      Class<? extends HttpMessageConverter<?>> selectedConverterType,
      ServerHttpRequest request,
      ServerHttpResponse response) {
    if (body instanceof Page<?> page) {
      page.next()
          .ifPresent(
              next ->
                  response
                      .getHeaders()
                      .add(
                          HttpHeaders.LINK,
                          "<"
                              + UriComponentsBuilder.fromPath(request.getURI().getRawPath())
                                  .query(request.getURI().getRawQuery())
                                  .replaceQueryParam("after", next)
                                  .build()
                                  .toUriString()
                              + ">; rel=\"next\""));
    }
    return body;
  }
}
