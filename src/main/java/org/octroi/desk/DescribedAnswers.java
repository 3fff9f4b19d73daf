package org.octroi.desk;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.method.HandlerMethod;

/**
 * Says of each operation in the API's description which problems it may answer with, by what it
 * takes: who takes a body may be sent a bad one, who asks for a version may be sent a stale one.
 */
final class DescribedAnswers implements GlobalOperationCustomizer {

  private static final String PROBLEM = "Problem";

  /** Any request may be refused for these: by its token, its fields, its time. */
  private static final Set<ProblemType> ALWAYS =
      Set.of(
          ProblemType.MALFORMED_REQUEST,
          ProblemType.INVALID_TOKEN,
          ProblemType.FORBIDDEN,
          ProblemType.NOT_FOUND,
          ProblemType.NOT_ACCEPTABLE,
          ProblemType.INVALID_FIELD,
          ProblemType.DESK_BUSY);

  private static final Set<ProblemType> WITH_BODY =
      Set.of(ProblemType.PAYLOAD_TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE);

  private static final Set<ProblemType> CHANGING =
      Set.of(ProblemType.CONFLICT, ProblemType.LINK_SPENT, ProblemType.TOO_MANY_TRIES);

  private static final Set<String> CONDITIONAL = Set.of("PUT", "PATCH", "DELETE");

  /** The problem and the answers with it, for the operations to refer to. */
  static void addTo(Components components) {
    components.addSchemas(PROBLEM, problem());
    Map<Integer, Set<String>> words = new TreeMap<>();
    for (ProblemType type : ProblemType.values()) {
      words.computeIfAbsent(type.status(), status -> new TreeSet<>()).add(type.word());
    }
    words.forEach((status, types) -> components.addResponses(name(status), answer(status, types)));
  }

  @Override
  public Operation customize(Operation operation, HandlerMethod handler) {
    Set<ProblemType> problems = new TreeSet<>(ALWAYS);
    if (takesBody(handler)) {
      problems.addAll(WITH_BODY);
    }
    if (!method(handler).equals("GET")) {
      problems.addAll(CHANGING);
    }
    if (asksForVersion(handler)) {
      problems.add(ProblemType.STALE_VERSION);
      problems.add(ProblemType.PRECONDITION_REQUIRED);
      operation.addParametersItem(ifMatch(CONDITIONAL.contains(method(handler))));
    }
    problems.forEach(
        type ->
            operation
                .getResponses()
                .putIfAbsent(
                    Integer.toString(type.status()),
                    new ApiResponse().$ref("#/components/responses/" + name(type.status()))));
    return operation;
  }

  private static boolean takesBody(HandlerMethod handler) {
    return Arrays.stream(handler.getMethodParameters())
        .anyMatch(parameter -> parameter.hasParameterAnnotation(RequestBody.class));
  }

  private static boolean asksForVersion(HandlerMethod handler) {
    return Arrays.stream(handler.getMethodParameters())
        .map(MethodParameter::getParameterType)
        .anyMatch(type -> type == ExpectedVersion.class);
  }

  private static String method(HandlerMethod handler) {
    RequestMapping mapping =
        AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), RequestMapping.class);
    return mapping == null || mapping.method().length == 0 ? "GET" : mapping.method()[0].name();
  }

  private static Parameter ifMatch(boolean needed) {
    return new Parameter()
        .in("header")
        .name(HttpHeaders.IF_MATCH)
        .required(needed)
        .description("The entity tag of the version that is to be changed, or * for any")
        .schema(text());
  }

  private static String name(int status) {
    return "Problem" + status;
  }

  private static ApiResponse answer(int status, Set<String> types) {
    ApiResponse answer =
        new ApiResponse()
            .description(
                HttpStatus.valueOf(status).getReasonPhrase() + ": " + String.join(", ", types))
            .content(
                new Content()
                    .addMediaType(
                        Problems.MEDIA_TYPE,
                        new MediaType()
                            .schema(new JsonSchema().$ref("#/components/schemas/" + PROBLEM))));
    if (status == HttpStatus.UNAUTHORIZED.value()) {
      answer.addHeaderObject(HttpHeaders.WWW_AUTHENTICATE, always(text()));
    }
    if (status == HttpStatus.TOO_MANY_REQUESTS.value()) {
      answer.addHeaderObject(HttpHeaders.RETRY_AFTER, always(number()));
    }
    return answer;
  }

  private static Header always(Schema<?> value) {
    return new Header().required(true).schema(value);
  }

  private static Schema<?> problem() {
    return object()
        .description("A refusal (RFC 9457), in French or English as Accept-Language asks")
        .addProperty("type", text().format("uri"))
        .addProperty("title", text())
        .addProperty("status", number())
        .addProperty("detail", text())
        .addProperty("instance", text().description("The id of the request"))
        .addProperty("next", text().description("What to do about it"))
        .addProperty(
            "errors",
            new JsonSchema()
                .types(Set.of("array"))
                .items(
                    object()
                        .addProperty(
                            "pointer",
                            text()
                                .description(
                                    "A JSON pointer into the body, or the name of a parameter or"
                                        + " header field"))
                        .addProperty("detail", text())
                        .required(List.of("pointer", "detail"))))
        .required(List.of("type", "title", "status", "detail", "instance", "next"));
  }

  private static Schema<?> object() {
    return new JsonSchema().types(Set.of("object"));
  }

  private static Schema<?> text() {
    return new JsonSchema().types(Set.of("string"));
  }

  private static Schema<?> number() {
    return new JsonSchema().types(Set.of("integer"));
  }
}
