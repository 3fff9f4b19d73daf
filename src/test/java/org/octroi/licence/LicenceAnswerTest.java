package org.octroi.licence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.licence.LicenceAnswer.Cited;
import org.octroi.licence.LicenceAnswer.Kind;

/** What licences answer to those who ask whether they may. */
class LicenceAnswerTest {

  private static LicenceAnswer answer(Terms terms, String act) {
    return LicenceAnswer.of(terms, Act.find(act).orElseThrow());
  }

  private static Terms terms(Set<String> permissions, Set<String> prohibitions, String... duties) {
    return new Terms(
        new TreeSet<>(permissions), new TreeSet<>(prohibitions), new TreeSet<>(List.of(duties)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sell", "redistribute", "modify", "combine", "train"})
  void an_open_licence_permits_every_act_and_names_its_permission(String act) {
    LicenceAnswer answer = answer(BuiltInLicences.terms("etalab-2.0").orElseThrow(), act);

    assertThat(answer.allowed()).isTrue();
    assertThat(answer.because()).isNotEmpty().allMatch(one -> one.kind() == Kind.PERMISSION);
    assertThat(answer.says().fr()).startsWith("Oui");
    assertThat(answer.says().en()).startsWith("Yes");
  }

  @ParameterizedTest
  @CsvSource({
    "redistribute, attribute",
    "sell, attribute",
    "modify, attribute shareAlike",
    "combine, attribute shareAlike",
    "train, attribute shareAlike"
  })
  void share_alike_falls_due_on_what_is_derived_and_not_on_what_is_passed_on(
      String act, String duties) {
    LicenceAnswer answer = answer(BuiltInLicences.terms("ODbL-1.0").orElseThrow(), act);

    assertThat(answer.duties()).extracting(Cited::action).containsExactly(duties.split(" "));
  }

  @Test
  void what_is_prohibited_is_answered_with_the_prohibition() {
    LicenceAnswer answer =
        answer(terms(Set.of("use", "distribute"), Set.of("commercialize")), "sell");

    assertThat(answer.allowed()).isFalse();
    assertThat(answer.because())
        .extracting(Cited::kind, Cited::action, Cited::odrl)
        .containsExactly(tuple(Kind.PROHIBITION, "commercialize", "cc:CommercialUse"));
    assertThat(answer.duties()).isEmpty();
  }

  @Test
  void what_encloses_an_act_prohibits_it_and_does_not_permit_it() {
    assertThat(answer(terms(Set.of("derive", "extract"), Set.of("reproduce")), "train").because())
        .extracting(Cited::kind, Cited::action)
        .containsExactly(tuple(Kind.PROHIBITION, "reproduce"));
    assertThat(answer(terms(Set.of("use"), Set.of()), "redistribute").because())
        .extracting(Cited::kind, Cited::action)
        .containsExactly(tuple(Kind.SILENCE, "distribute"));
  }

  @Property
  void an_act_is_allowed_only_by_a_permission_and_never_against_a_prohibition(
      @ForAll Set<@IntRange(max = 43) Integer> permitted,
      @ForAll Set<@IntRange(max = 43) Integer> forbidden) {
    List<String> all = List.copyOf(Terms.ACTIONS);
    Set<String> prohibitions = new TreeSet<>(forbidden.stream().map(all::get).toList());
    Set<String> permissions = new TreeSet<>(permitted.stream().map(all::get).toList());
    permissions.removeAll(prohibitions);
    Terms terms = terms(permissions, prohibitions);

    for (Act act : Act.all()) {
      LicenceAnswer answer = LicenceAnswer.of(terms, act);
      assertThat(answer.because()).isNotEmpty();
      if (answer.allowed()) {
        assertThat(answer.because()).extracting(Cited::action).allMatch(permissions::contains);
        assertThat(act.takes())
            .allSatisfy(oneOf -> assertThat(oneOf).noneMatch(prohibitions::contains));
      }
    }
  }

  @Test
  void every_act_and_every_duty_is_made_of_actions_of_the_vocabulary() {
    assertThat(Act.all())
        .allSatisfy(
            act ->
                assertThat(act.takes())
                    .allSatisfy(oneOf -> assertThat(Terms.ACTIONS).containsAll(oneOf)));
    assertThat(Terms.ACTIONS)
        .hasSize(44)
        .allSatisfy(
            name -> {
              TermAction action = TermAction.of(name);
              assertThat(action.andEnclosing()).doesNotHaveDuplicates();
              assertThat(action.says().fr()).isNotBlank();
              assertThat(action.says().en()).isNotBlank();
              if (action.dueOn() != null) {
                assertThat(Terms.ACTIONS).containsAll(action.dueOn());
              }
            });
  }
}
