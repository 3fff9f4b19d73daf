package org.octroi.identity.web;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.problem.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.MethodParameter;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.validation.BindingResult;
import org.springframework.validation.ObjectError;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * The one place where the desk's APIs turn a failure into a problem: the caller's doing into a
 * refusal that names the field, ours into {@code internal-fault} with the request id, logged once.
 *
 * <p>Pages are left alone: for any address outside {@code /api} the failure is thrown again, and
 * goes the way of the error page.
 */
@RestControllerAdvice
class FailureAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(FailureAdvice.class);

  private static final Duration BUSY = Duration.ofSeconds(1);

  private final ProblemAnswers problems;

  FailureAdvice(ProblemAnswers problems) {
    this.problems = problems;
  }

  @ExceptionHandler
  ResponseEntity<byte[]> onFailure(Exception failure, HttpServletRequest request) throws Exception {
    if (!request.getRequestURI().startsWith("/api/")
        || failure instanceof AsyncRequestNotUsableException) {
      throw failure;
    }
    Optional<Refusal> refusal = refusal(failure);
    if (refusal.isEmpty()) {
      LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), failure);
      return problems.answer(request, Refusal.of(ProblemType.INTERNAL_FAULT));
    }
    ResponseEntity<byte[]> answer = problems.answer(request, refusal.get());
    HttpHeaders more = allowances(failure);
    return more.isEmpty()
        ? answer
        : ResponseEntity.status(answer.getStatusCode())
            .headers(answer.getHeaders())
            .headers(more)
            .body(answer.getBody());
  }

  /** What the caller did wrong, or may try again; empty where the fault is ours. */
  private static Optional<Refusal> refusal(Exception failure) {
    return Optional.ofNullable(
        switch (failure) {
          case RefusedException refused -> refused.refusal();
          case HttpMessageNotReadableException body -> unreadable(body);
          case MethodArgumentNotValidException invalid -> invalid(invalid.getBindingResult());
          case HandlerMethodValidationException invalid -> invalid(invalid);
          case MethodArgumentTypeMismatchException mismatch -> mismatch(mismatch);
          case MissingServletRequestParameterException missing ->
              Refusal.field(missing.getParameterName(), "is missing");
          case MissingRequestHeaderException missing ->
              Refusal.field(missing.getHeaderName(), "this header field is missing");
          case ServletRequestBindingException binding -> Refusal.of(ProblemType.MALFORMED_REQUEST);
          // A query such as ?=5 or ?q=%zz.
          case InvalidParameterException query -> Refusal.of(ProblemType.MALFORMED_REQUEST);
          // A parameter's name or a field with characters that no text has.
          case RequestRejectedException rejected -> Refusal.of(ProblemType.MALFORMED_REQUEST);
          case HttpRequestMethodNotSupportedException method ->
              Refusal.of(ProblemType.NOT_ALLOWED_METHOD, method.getMethod());
          case HttpMediaTypeNotSupportedException type ->
              Refusal.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, String.valueOf(type.getContentType()));
          case HttpMediaTypeNotAcceptableException type -> Refusal.of(ProblemType.NOT_ACCEPTABLE);
          case NoResourceFoundException nothing ->
              Refusal.of(ProblemType.NOT_FOUND, "/" + nothing.getResourcePath());
          case NoHandlerFoundException nothing ->
              Refusal.of(ProblemType.NOT_FOUND, nothing.getRequestURL());
          // Two who wait for each other, or one who waited too long: nothing was done.
          case TransientDataAccessException busy ->
              ProblemAnswers.retryAfter(ProblemType.DESK_BUSY, BUSY);
          default -> null;
        });
  }

  private static HttpHeaders allowances(Exception failure) {
    HttpHeaders fields = new HttpHeaders();
    if (failure instanceof HttpRequestMethodNotSupportedException method
        && method.getSupportedHttpMethods() != null) {
      fields.setAllow(method.getSupportedHttpMethods());
    }
    if (failure instanceof HttpMediaTypeNotSupportedException type) {
      fields.setAccept(
          type.getSupportedMediaTypes().isEmpty()
              ? List.of(MediaType.APPLICATION_JSON)
              : type.getSupportedMediaTypes());
    }
    return fields;
  }

  private static Refusal unreadable(HttpMessageNotReadableException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case RefusedException refused -> {
          return refused.refusal();
        }
        case UnrecognizedPropertyException unknown -> {
          return Refusal.field(pointer(unknown), "is not known here");
        }
        case InvalidFormatException invalid -> {
          return Refusal.field(pointer(invalid), expected(invalid.getTargetType()));
        }
        case MismatchedInputException mismatch when !mismatch.getPath().isEmpty() -> {
          return Refusal.field(pointer(mismatch), expected(mismatch.getTargetType()));
        }
        case StreamReadException broken -> {
          return Refusal.of(ProblemType.MALFORMED_REQUEST).with("errors", place(broken));
        }
        default -> {
          // One cause further down.
        }
      }
    }
    return Refusal.of(ProblemType.MALFORMED_REQUEST)
        .with("errors", List.of(new FieldError("", "the body must be one JSON object")));
  }

  private static List<FieldError> place(StreamReadException broken) {
    return List.of(
        new FieldError(
            pointer(broken),
            "not JSON from line "
                + broken.getLocation().getLineNr()
                + ", column "
                + broken.getLocation().getColumnNr()));
  }

  /** The place in the body as a JSON pointer (RFC 6901). */
  private static String pointer(JacksonException failure) {
    StringBuilder pointer = new StringBuilder();
    for (JacksonException.Reference step : failure.getPath()) {
      pointer
          .append('/')
          .append(
              step.getPropertyName() == null
                  ? Integer.toString(step.getIndex())
                  : step.getPropertyName().replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "is not of the kind expected here";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "must be true or false";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "must be a number";
    }
    if (type == String.class) {
      return "must be a text";
    }
    if (Iterable.class.isAssignableFrom(type) || type.isArray()) {
      return "must be a list";
    }
    return "must be an object";
  }

  private static Refusal invalid(BindingResult result) {
    List<FieldError> errors = new ArrayList<>();
    for (ObjectError error : result.getAllErrors()) {
      String field =
          error instanceof org.springframework.validation.FieldError named ? named.getField() : "";
      errors.add(new FieldError(pointer(field), words(error.getDefaultMessage())));
    }
    return Refusal.fields(errors);
  }

  private static Refusal invalid(HandlerMethodValidationException failure) {
    List<FieldError> errors = new ArrayList<>();
    failure
        .getParameterValidationResults()
        .forEach(
            result ->
                result
                    .getResolvableErrors()
                    .forEach(
                        error ->
                            errors.add(
                                new FieldError(
                                    name(result.getMethodParameter()),
                                    words(error.getDefaultMessage())))));
    return Refusal.fields(errors);
  }

  private static Refusal mismatch(MethodArgumentTypeMismatchException failure) {
    // An id in the path that is not of an id's form names nothing.
    return failure.getParameter().hasParameterAnnotation(PathVariable.class)
        ? Refusal.of(ProblemType.NOT_FOUND, String.valueOf(failure.getValue()))
        : Refusal.field(failure.getName(), "is not of the form expected here");
  }

  private static String name(MethodParameter parameter) {
    return Optional.ofNullable(parameter.getParameterName()).orElse("");
  }

  private static String words(@Nullable String message) {
    return message == null ? "is not valid" : message;
  }

  /** {@code purposes[0].term} as {@code /purposes/0/term}. */
  private static String pointer(String beanPath) {
    return beanPath.isEmpty()
        ? ""
        : "/" + beanPath.replace("].", "/").replace("]", "").replace('[', '/').replace('.', '/');
  }
}
