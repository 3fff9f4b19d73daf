package org.octroi.desk;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.octroi.identity.web.ProblemAnswers;
import org.octroi.identity.web.RequestId;
import org.octroi.problem.ProblemPage;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.octroi.problem.Refusal;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;

/**
 * Where a failure ends that no controller answered: a page for a reader, a problem for a program;
 * the same words for both, and never more of the fault than the request's id.
 */
@Controller
class ErrorPage implements ErrorController {

  private final Problems problems;
  private final ProblemAnswers answers;

  ErrorPage(Problems problems, ProblemAnswers answers) {
    this.problems = problems;
    this.answers = answers;
  }

  @RequestMapping("/error")
  Object show(HttpServletRequest request) {
    ProblemType type = type(request);
    String path = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI));
    if (path.startsWith("/api/") || path.startsWith("/oauth2/") || !readsPages(request)) {
      return answers.answer(request, Refusal.of(type));
    }
    Locale locale = Problems.language(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE));
    ProblemPage page = problems.page(type, locale);
    ModelAndView view = new ModelAndView("error", HttpStatusCode.valueOf(type.status()));
    view.addObject("page", page);
    view.addObject("language", locale.getLanguage());
    view.addObject("request", RequestId.of(request));
    return view;
  }

  private static boolean readsPages(HttpServletRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains("text/html");
  }

  private static ProblemType type(HttpServletRequest request) {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    return status instanceof Integer code
        ? switch (code) {
          case 400 -> ProblemType.MALFORMED_REQUEST;
          case 401 -> ProblemType.AUTHENTICATION_REQUIRED;
          case 403 -> ProblemType.FORBIDDEN;
          case 404 -> ProblemType.NOT_FOUND;
          case 405 -> ProblemType.NOT_ALLOWED_METHOD;
          case 406 -> ProblemType.NOT_ACCEPTABLE;
          case 413 -> ProblemType.PAYLOAD_TOO_LARGE;
          case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
          default ->
              code < 500 && code >= 400
                  ? ProblemType.MALFORMED_REQUEST
                  : ProblemType.INTERNAL_FAULT;
        }
        : ProblemType.NOT_FOUND;
  }
}
