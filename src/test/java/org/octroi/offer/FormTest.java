package org.octroi.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.StoredJson;

/** What an offer asks of its reusers, and which answers it takes. */
class FormTest {

  private static final Bilingual TITLE = new Bilingual("Une question ?", "A question?");

  private static final Form FORM =
      new Form(
          List.of(
              asked("name", Question.Kind.TEXT, true, OptionalInt.of(10)),
              asked("why", Question.Kind.LONG_TEXT, false, OptionalInt.empty()),
              new Question(
                  "size",
                  TITLE,
                  Question.Kind.CHOICE,
                  true,
                  List.of(new Question.Option("small", TITLE), new Question.Option("large", TITLE)),
                  OptionalInt.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty()),
              new Question(
                  "readers",
                  TITLE,
                  Question.Kind.NUMBER,
                  false,
                  List.of(),
                  OptionalInt.empty(),
                  Optional.of(BigDecimal.ONE),
                  Optional.of(new BigDecimal("1000.50")),
                  Optional.empty(),
                  Optional.empty()),
              new Question(
                  "since",
                  TITLE,
                  Question.Kind.DATE,
                  false,
                  List.of(),
                  OptionalInt.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(LocalDate.of(2020, 1, 1)),
                  Optional.of(LocalDate.of(2030, 12, 31))),
              asked("children", Question.Kind.YES_NO, false, OptionalInt.empty()),
              asked("plan", Question.Kind.FILE, false, OptionalInt.empty())));

  private static Question asked(String id, Question.Kind kind, boolean required, OptionalInt most) {
    return new Question(
        id,
        TITLE,
        kind,
        required,
        List.of(),
        most,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void right_answers_meet_no_objection() {
    assertThat(
            FORM.objections(
                Map.of(
                    "name", "Barges",
                    "why", "Two lines\nof text",
                    "size", "small",
                    "readers", 1000.5,
                    "since", "2026-03-01",
                    "children", false,
                    "plan", "0b1c-2d")))
        .isEmpty();
    assertThat(FORM.objections(Map.of("name", "Barges", "size", "large"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name | text: Barges and barges | must be at most 10 characters",
        "name | number: 5 | must be a text",
        "name | text: a\u0007b | must be one line of text without invisible characters",
        "size | text: medium | must be one of small, large",
        "size | number: 1 | must be one of small, large",
        "readers | number: 0.5 | must be at least 1",
        "readers | number: 1000.51 | must be at most 1000.5",
        "readers | number: 1E999999 | must be a number",
        "readers | text: 12 | must be a number",
        "since | text: 2026-02-30 | must be a day such as 2026-03-01",
        "since | text: +2026-03-01 | must be a day such as 2026-03-01",
        "since | text: 2019-12-31 | must not be before 2020-01-01",
        "since | text: 2031-01-01 | must not be after 2030-12-31",
        "children | text: true | must be true or false",
        "plan | text: ../../etc | must be the id of an attached file",
        "colour | text: red | is no question of this offer",
      })
  void a_wrong_answer_is_named_with_what_is_expected(String id, String answer, String sentence) {
    Map<String, Object> answers = new HashMap<>(Map.of("name", "Barges", "size", "large"));
    answers.put(
        id,
        answer.startsWith("number: ")
            ? new BigDecimal(answer.substring(8))
            : answer.substring("text: ".length()));

    assertThat(FORM.objections(answers)).containsExactly(new FieldError("/" + id, sentence));
  }

  @Test
  void what_is_required_needs_an_answer_that_says_something() {
    Map<String, Object> answers = new HashMap<>();
    answers.put("name", " ");
    answers.put("size", null);

    assertThat(FORM.objections(answers))
        .extracting(FieldError::pointer)
        .containsExactly("/name", "/size");
  }

  @Property(tries = 300)
  void whatever_is_answered_there_is_an_objection_or_none_and_never_a_fault(
      @ForAll("answers") Map<String, Object> answers) {
    List<FieldError> objections = FORM.objections(answers);

    assertThat(objections).allMatch(o -> o.pointer().startsWith("/") && !o.detail().isBlank());
    // Taking away whatever met an objection leaves objections to what is required only.
    Map<String, Object> rest = new HashMap<>(answers);
    objections.forEach(
        o -> rest.remove(o.pointer().substring(1).replace("~1", "/").replace("~0", "~")));
    assertThat(FORM.objections(rest))
        .allMatch(o -> List.of("/name", "/size").contains(o.pointer()));
  }

  @Property(tries = 200)
  void a_form_is_read_as_it_was_stored(@ForAll("forms") Form form) {
    String stored = StoredJson.MAPPER.writeValueAsString(form);

    assertThat(StoredJson.MAPPER.readValue(stored, Form.class)).isEqualTo(form);
  }

  @Test
  void bounds_belong_to_their_kind() {
    assertThatThrownBy(() -> asked("x", Question.Kind.NUMBER, true, OptionalInt.of(3)))
        .hasMessage("a length is for texts only");
    assertThatThrownBy(() -> asked("x", Question.Kind.CHOICE, true, OptionalInt.empty()))
        .hasMessage("options are for a choice, which needs them");
    assertThatThrownBy(() -> asked("X!", Question.Kind.TEXT, true, OptionalInt.empty()))
        .hasMessageContaining("must have an id");
    assertThatThrownBy(
            () -> new Form(List.of(FORM.questions().getFirst(), FORM.questions().getFirst())))
        .hasMessage("must have each question's id once");
  }

  @Provide
  Arbitrary<Map<String, Object>> answers() {
    Arbitrary<String> ids =
        Arbitraries.of(
            "name", "why", "size", "readers", "since", "children", "plan", "other", "a/b~c");
    Arbitrary<Object> values =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(20).map(x -> (Object) x),
            Arbitraries.of("small", "2026-03-01", "").map(x -> (Object) x),
            Arbitraries.integers().map(x -> (Object) x),
            Arbitraries.doubles().map(x -> (Object) x),
            Arbitraries.bigDecimals().map(x -> (Object) x),
            Arbitraries.of(true, false).map(x -> (Object) x),
            Arbitraries.of(List.of(), Map.of()));
    return Arbitraries.maps(ids, values).ofMaxSize(8);
  }

  @Provide
  Arbitrary<Form> forms() {
    Arbitrary<Question> questions =
        Combinators.combine(
                Arbitraries.of(Question.Kind.values()),
                Arbitraries.of(true, false),
                Arbitraries.bigDecimals().between(BigDecimal.ZERO, BigDecimal.TEN),
                Arbitraries.integers().between(1, Question.LONG))
            .as(
                (kind, required, number, length) ->
                    new Question(
                        "q",
                        TITLE,
                        kind,
                        required,
                        kind == Question.Kind.CHOICE
                            ? List.of(new Question.Option("one", TITLE))
                            : List.of(),
                        kind == Question.Kind.TEXT ? OptionalInt.of(length) : OptionalInt.empty(),
                        kind == Question.Kind.NUMBER ? Optional.of(number) : Optional.empty(),
                        Optional.empty(),
                        kind == Question.Kind.DATE
                            ? Optional.of(LocalDate.ofEpochDay(length))
                            : Optional.empty(),
                        Optional.empty()));
    return questions
        .list()
        .ofMaxSize(6)
        .map(
            some -> {
              List<Question> named = new ArrayList<>();
              for (Question q : some) {
                named.add(
                    new Question(
                        "q" + named.size(),
                        q.title(),
                        q.kind(),
                        q.required(),
                        q.options(),
                        q.maxLength(),
                        q.least(),
                        q.most(),
                        q.earliest(),
                        q.latest()));
              }
              return new Form(named);
            });
  }
}
