package org.octroi.desk;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.octroi.problem.Refusal;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;

/**
 * What must be mended in a form, as the list above it: each with the field that it leads to. The
 * fields' names are messages {@code field.*}.
 */
@Component
class FormErrors {

  /** Where a refusal leads to that names no field: the page itself. */
  private static final String FIRST = "content";

  private final Problems problems;
  private final MessageSource messages;

  FormErrors(Problems problems, MessageSource messages) {
    this.problems = problems;
    this.messages = messages;
  }

  /** A field of the form that must be mended. */
  record FormError(String field, String detail) {}

  /** Shows what is wrong with the fields themselves. */
  void show(BindingResult checked, Model model, Locale locale, HttpServletResponse response) {
    show(
        ProblemType.INVALID_FIELD,
        checked.getFieldErrors().stream()
            .map(e -> of(e.getField(), String.valueOf(e.getDefaultMessage()), locale))
            .toList(),
        model,
        response);
  }

  /** Shows why what the form asks for is refused. */
  void show(Refusal refusal, Model model, Locale locale, HttpServletResponse response) {
    List<FormError> errors =
        refusal.type() == ProblemType.INVALID_FIELD
                && refusal.members().get("errors") instanceof List<?> fields
            ? fields.stream()
                .map(Refusal.FieldError.class::cast)
                .map(e -> of(e.pointer().replaceFirst("^/", ""), e.detail(), locale))
                .toList()
            : List.of(
                new FormError(
                    FIRST, String.valueOf(problems.body(refusal, locale, "").get("detail"))));
    show(refusal.type(), errors, model, response);
  }

  /** Shows one sentence instead of what the refusal says of itself. */
  void show(
      Refusal refusal, String sentence, Model model, Locale locale, HttpServletResponse response) {
    show(
        refusal.type(),
        List.of(new FormError(FIRST, messages.getMessage(sentence, null, locale))),
        model,
        response);
  }

  /** What is said of a field has words of its own in both languages where the page has them. */
  private FormError of(String field, String detail, Locale locale) {
    return new FormError(
        field,
        messages.getMessage(
            "form.error",
            new Object[] {
              messages.getMessage("field." + field, null, locale),
              messages.getMessage("field." + field + ".mend", null, detail, locale)
            },
            locale));
  }

  private static void show(
      ProblemType type, List<FormError> errors, Model model, HttpServletResponse response) {
    response.setStatus(type.status());
    model.addAttribute("errors", errors);
  }
}
