package org.octroi.desk;

import java.util.Locale;
import java.util.Optional;
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
    Optional<ProblemType> type = ProblemType.of(word);
    if (type.isEmpty()) {
      response.setStatus(404);
    }
    Problems.Sentences sentences =
        problems.sentences(type.orElse(ProblemType.NOT_FOUND), locale);
    model.addAttribute("word", type.orElse(ProblemType.NOT_FOUND).word());
    model.addAttribute("status", type.orElse(ProblemType.NOT_FOUND).status());
    model.addAttribute(
        "title",
        type.isEmpty() ? messages.getMessage("problem.unknown", null, locale) : sentences.title());
    model.addAttribute("detail", sentences.detail());
    model.addAttribute("next", sentences.next());
    return "problem";
  }
}
