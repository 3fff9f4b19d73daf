package org.octroi.identity;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.util.pattern.PathPatternParser;

/** Says in the API's description which operations need no token, from the guard's own list. */
@Component
class PublicOperations implements OpenApiCustomizer {

  @Override
  public void customise(OpenAPI description) {
    description
        .getPaths()
        .forEach(
            (path, operations) -> {
              if (isIn(ApiSecurity.PUBLIC_READING, path)) {
                open(operations.getGet());
              }
              if (isIn(ApiSecurity.PUBLIC_WRITING, path)) {
                open(operations.getPost());
              }
            });
  }

  /** The empty requirement: a token is neither needed nor refused. */
  private static void open(@Nullable Operation operation) {
    if (operation != null) {
      operation.setSecurity(List.of(new SecurityRequirement()));
    }
  }

  private static boolean isIn(String[] patterns, String path) {
    PathContainer segments = PathContainer.parsePath(path);
    for (String pattern : patterns) {
      if (PathPatternParser.defaultInstance.parse(pattern).matches(segments)) {
        return true;
      }
    }
    return false;
  }
}
