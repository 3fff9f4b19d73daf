package org.octroi.desk;

import java.util.Locale;
import java.util.Optional;
import org.octroi.problem.ProblemPage;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** {@code /problems/{type}}: why did my call fail, and what now? One page for each problem type. */
@Controller
class ProblemPages {

  private final Problems problems;
  private final MessageSource messages;

  ProblemPages(Problems problems, MessageSource messages) {
    this.problems = problems;
    this.messages = messages;
  }

  @GetMapping("/problems/{word}")
  String show(
      @PathVariable String word,
      Model model,
      Locale locale,
      jakarta.servlet.http.HttpServletResponse response) {
    Optional<ProblemPage> known = problems.page(word, locale);
    ProblemPage page = known.orElseGet(() -> problems.page(ProblemType.NOT_FOUND, locale));
    if (known.isEmpty()) {
      response.setStatus(404);
    }
    model.addAttribute("word", page.type().word());
    model.addAttribute("status", page.type().status());
    model.addAttribute(
        "title",
        known
            .map(ProblemPage::title)
            .orElseGet(() -> messages.getMessage("problem.unknown", null, locale)));
    model.addAttribute("detail", page.detail());
    model.addAttribute("next", page.next());
    return "problem";
  }
}
