package org.octroi.authority;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemPage;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;

/** Tells somebody whom an application sent here why nobody was sent back. */
@Controller
class RefusedPage {

  static final String ADDRESS = "/oauth2/refused";
  static final String WHY = "org.octroi.authority.why";

  private final Problems problems;

  RefusedPage(Problems problems) {
    this.problems = problems;
  }

  @RequestMapping(ADDRESS)
  String show(
      @RequestAttribute(name = WHY, required = false) @Nullable String why,
      Model model,
      Locale locale,
      HttpServletResponse response) {
    model.addAttribute("why", why);
    return problem(
        problems.page(ProblemType.AUTHORIZATION_REQUEST_REFUSED, locale), model, response);
  }

  /** A problem as a page for whoever met it. */
  static String problem(ProblemPage page, Model model, HttpServletResponse response) {
    response.setStatus(page.type().status());
    model.addAttribute("word", page.type().word());
    model.addAttribute("status", page.type().status());
    model.addAttribute("title", page.title());
    model.addAttribute("detail", page.detail());
    model.addAttribute("next", page.next());
    return "problem";
  }
}
