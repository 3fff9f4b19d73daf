package org.octroi.licence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.octroi.licence.Compatibility.Part;
import org.octroi.licence.LicenceAnswer.Condition;
import org.octroi.licence.LicenceAnswer.Kind;
import org.octroi.obligation.Obligations.Area;
import tools.jackson.databind.json.JsonMapper;

/** Circumstances under which alone a permission or a prohibition holds. */
class TermConstraintTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Set<String> OPEN =
      Set.of("use", "reproduce", "distribute", "derive", "commercialize");

  private static final TermConstraint RESEARCH =
      new TermConstraint.ForPurposes(
          "commercialize", new TreeSet<>(Set.of("ResearchAndDevelopment")));
  private static final TermConstraint SMALL = new TermConstraint.Audience("commercialize", 10_000);

  private static Terms permitting(TermConstraint... constraints) {
    return new Terms(
        new TreeSet<>(OPEN), new TreeSet<>(), new TreeSet<>(), Arrays.asList(constraints));
  }

  private static LicenceAnswer asked(Terms terms, String act) {
    return LicenceAnswer.of(terms, Act.find(act).orElseThrow());
  }

  @Test
  void terms_without_constraints_stand_in_json_as_they_did_before_there_were_any() {
    String stored =
        "{\"permissions\":[\"use\"],\"prohibitions\":[\"sell\"],\"duties\":[\"attribute\"]}";

    Terms read = JSON.readValue(stored, Terms.class);

    assertThat(read.constraints()).isEmpty();
    assertThat(JSON.writeValueAsString(read)).isEqualTo(stored);
  }

  @Test
  void every_kind_of_constraint_is_read_back_from_json() {
    Terms terms =
        permitting(
            RESEARCH,
            SMALL,
            new TermConstraint.ByReusers("use", new TreeSet<>(Set.of("company", "researcher"))),
            new TermConstraint.Within(
                "use", Optional.of("Rennes"), Optional.of(new Area(-1.8, 48, -1.6, 48.2))),
            new TermConstraint.Within("derive", Optional.of("Rennes"), Optional.empty()),
            new TermConstraint.Until("use", LocalDate.of(2030, 12, 31)),
            new TermConstraint.Lasting("use", Period.ofYears(1)));

    String json = JSON.writeValueAsString(terms);

    assertThat(JSON.readValue(json, Terms.class)).isEqualTo(terms);
    assertThat(json)
        .contains(
            "{\"leftOperand\":\"count\",\"action\":\"commercialize\",\"atMost\":10000}",
            "\"until\":\"2030-12-31\"",
            "\"period\":\"P1Y\"");
  }

  @Test
  void a_constraint_is_on_what_is_permitted_or_prohibited_and_once_of_its_kind() {
    assertThatThrownBy(() -> permitting(new TermConstraint.Audience("sell", 5)))
        .hasMessageContaining("sell");
    assertThatThrownBy(() -> permitting(SMALL, new TermConstraint.Audience("commercialize", 5)))
        .hasMessageContaining("two constraints on count");
    assertThatThrownBy(
            () -> new TermConstraint.ForPurposes("use", new TreeSet<>(Set.of("NoSuchPurpose"))))
        .hasMessageContaining("NoSuchPurpose");
    assertThatThrownBy(() -> new TermConstraint.ByReusers("use", new TreeSet<>(Set.of("robots"))))
        .hasMessageContaining("robots");
    assertThatThrownBy(() -> new TermConstraint.Within("use", Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TermConstraint.Lasting("use", Period.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_yes_under_conditions_says_so_and_cites_them() {
    LicenceAnswer answer = asked(permitting(RESEARCH, SMALL), "sell");

    assertThat(answer.allowed()).isTrue();
    assertThat(answer.says().fr())
        .startsWith("Oui, mais sous conditions : utiliser à des fins commerciales ; seulement pour")
        .contains("au plus 10000 personnes par mois");
    assertThat(answer.says().en())
        .isEqualTo(
            "Yes, but under conditions: use for commercial ends; only for an audience of at most"
                + " 10000 people a month; only for the purposes Research and Development.");
    assertThat(answer.conditions())
        .extracting(Condition::leftOperand)
        .containsExactly("count", "purpose");
    assertThat(asked(permitting(RESEARCH), "redistribute").conditions()).isEmpty();
    assertThat(asked(permitting(RESEARCH), "redistribute").says().en()).startsWith("Yes, the");
  }

  @Test
  void a_prohibition_under_circumstances_is_an_exception_from_what_is_permitted() {
    Terms terms =
        new Terms(
            new TreeSet<>(Set.of("commercialize", "distribute")),
            new TreeSet<>(Set.of("use", "sell")),
            new TreeSet<>(),
            List.of(new TermConstraint.ByReusers("use", new TreeSet<>(Set.of("company")))));

    LicenceAnswer answer = asked(terms, "redistribute");

    assertThat(answer.allowed()).isTrue();
    assertThat(answer.conditions())
        .singleElement()
        .satisfies(condition -> assertThat(condition.on()).isEqualTo(Kind.PROHIBITION));
    assertThat(answer.says().en()).contains("except by companies");
    assertThat(asked(terms, "sell").allowed()).isFalse();
    assertThat(asked(terms, "modify").allowed()).isFalse();
  }

  @Test
  void a_new_constraint_is_told_as_a_change() {
    Terms before = permitting(SMALL);
    Terms now = permitting(RESEARCH, new TermConstraint.Audience("commercialize", 500));

    assertThat(TermsChange.between(before, now))
        .extracting(change -> change.says().en())
        .containsExactly(
            "No longer permitted only so: use for commercial ends, for an audience of at most"
                + " 10000 people a month",
            "Now permitted only so: use for commercial ends, for an audience of at most 500 people"
                + " a month",
            "Now permitted only so: use for commercial ends, for the purposes Research and"
                + " Development");
    assertThat(TermsChange.between(now, now)).isEmpty();
  }

  @Test
  void a_licence_with_a_constraint_is_not_open_for_the_result_of_others() {
    Compatibility compatibility = Compatibility.builtIn();
    Part free = new Part("rennes:free", false, permitting());
    Part small = new Part("rennes:small", false, permitting(SMALL));
    Part cc0 = new Part("CC0-1.0", true, BuiltInLicences.terms("CC0-1.0").orElseThrow());

    assertThat(compatibility.combine(List.of(free, cc0)).results()).contains("CC0-1.0");
    Compatibility.Combination narrow = compatibility.combine(List.of(small, cc0));
    assertThat(narrow.results()).containsExactly("rennes:small");
    assertThat(narrow.because().getFirst().conditions())
        .extracting(Condition::leftOperand)
        .containsExactly("count");
  }

  @Test
  void odrl_has_the_constraints_on_the_rules_that_they_stand_on() {
    Terms terms =
        new Terms(
            new TreeSet<>(Set.of("use")),
            new TreeSet<>(Set.of("commercialize")),
            new TreeSet<>(),
            List.of(
                RESEARCH,
                new TermConstraint.Within(
                    "use", Optional.empty(), Optional.of(new Area(-1.8, 48, -1.6, 48.2)))));

    OdrlPolicy policy = OdrlPolicy.set("https://desk.example/l", terms);

    assertThat(JSON.writeValueAsString(policy.permission()))
        .contains(
            "\"leftOperand\":\"spatial\",\"operator\":\"isPartOf\"",
            "POLYGON((-1.8 48.0, -1.6 48.0, -1.6 48.2, -1.8 48.2, -1.8 48.0))");
    assertThat(JSON.writeValueAsString(policy.prohibition()))
        .contains(
            "{\"leftOperand\":\"purpose\",\"operator\":\"isAnyOf\","
                + "\"rightOperand\":[\"https://w3id.org/dpv#ResearchAndDevelopment\"]}");
  }
}
