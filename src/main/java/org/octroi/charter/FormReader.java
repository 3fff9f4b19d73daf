package org.octroi.charter;

import static org.octroi.charter.Values.bilingual;
import static org.octroi.charter.Values.bool;
import static org.octroi.charter.Values.shaped;
import static org.octroi.charter.Values.text;
import static org.octroi.charter.Values.whole;
import static org.octroi.charter.Values.word;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.octroi.charter.Entry.Fields;
import org.octroi.charter.Entry.Reader;
import org.octroi.offer.Form;
import org.octroi.offer.Question;
import org.octroi.vocabulary.Bilingual;

/** Reads the questions of an offer of a charter. */
final class FormReader {

  private static final Bilingual UNTITLED = new Bilingual("", "");

  private FormReader() {}

  static Optional<Form> read(Entry entry) {
    List<Question> questions = entry.listOf(FormReader::question);
    try {
      return Optional.of(new Form(questions));
    } catch (IllegalArgumentException e) {
      return entry.refuse(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Question> question(Entry entry) {
    Fields fields =
        entry.fields(
            "id",
            "title",
            "kind",
            "required",
            "options",
            "maxLength",
            "least",
            "most",
            "earliest",
            "latest");
    String id = fields.need("id", text(41), "unknown");
    Bilingual title = fields.need("title", bilingual(500), UNTITLED);
    Question.Kind kind =
        fields.need(
            "kind", word(Question.Kind.values(), Question.Kind::word), Question.Kind.YES_NO);
    Optional<Long> maxLength = fields.maybe("maxLength", whole(1, Question.LONG));
    try {
      return Optional.of(
          new Question(
              id,
              title,
              kind,
              fields.maybe("required", bool()).orElse(false),
              fields.entry("options").map(e -> e.listOf(FormReader::option)).orElse(List.of()),
              maxLength.isPresent()
                  ? OptionalInt.of(maxLength.get().intValue())
                  : OptionalInt.empty(),
              fields.maybe("least", number()),
              fields.maybe("most", number()),
              fields.maybe("earliest", day()),
              fields.maybe("latest", day())));
    } catch (IllegalArgumentException e) {
      return entry.refuse(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Question.Option> option(Entry entry) {
    Fields fields = entry.fields("value", "title");
    String value = fields.need("value", text(41), "unknown");
    Bilingual title = fields.need("title", bilingual(300), UNTITLED);
    try {
      return Optional.of(new Question.Option(value, title));
    } catch (IllegalArgumentException e) {
      return entry.refuse(String.valueOf(e.getMessage()));
    }
  }

  private static Reader<BigDecimal> number() {
    return entry ->
        shaped("-?[0-9]{1,15}(\\.[0-9]{1,15})?", "must be a number")
            .read(entry)
            .map(BigDecimal::new);
  }

  private static Reader<LocalDate> day() {
    return entry ->
        shaped("[0-9]{4}-[0-9]{2}-[0-9]{2}", "must be a day such as 2026-03-01")
            .read(entry)
            .flatMap(
                text -> {
                  try {
                    return Optional.of(LocalDate.parse(text));
                  } catch (DateTimeException e) {
                    return entry.refuse("must be a day such as 2026-03-01");
                  }
                });
  }
}
