package org.octroi.licence;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.licence.LicenceAnswer.Cited;
import org.octroi.licence.LicenceAnswer.Condition;
import org.octroi.licence.LicenceAnswer.Kind;
import org.octroi.vocabulary.Bilingual;

/**
 * One term that is new in a version of a licence, or gone.
 *
 * @param term the term
 * @param condition where only this circumstance of it is new or gone, and the term is as it was
 * @param added whether it is new
 * @param says in a sentence
 */
record TermsChange(Cited term, @Nullable Condition condition, boolean added, Bilingual says) {

  /** All that changed, permissions first. */
  static List<TermsChange> between(Terms before, Terms now) {
    List<TermsChange> changes = new ArrayList<>();
    add(changes, Kind.PERMISSION, before.permissions(), now.permissions());
    add(changes, Kind.PROHIBITION, before.prohibitions(), now.prohibitions());
    add(changes, Kind.DUTY, before.duties(), now.duties());
    before.constraints().stream()
        .filter(one -> !now.constraints().contains(one))
        .forEach(one -> changes.add(of(before, one, false)));
    now.constraints().stream()
        .filter(one -> !before.constraints().contains(one))
        .forEach(one -> changes.add(of(now, one, true)));
    return List.copyOf(changes);
  }

  private static TermsChange of(Terms terms, TermConstraint constraint, boolean added) {
    Condition condition = Condition.of(terms, constraint);
    Cited term = Cited.of(condition.on(), condition.action());
    return new TermsChange(term, condition, added, sentence(term, condition.says(), added));
  }

  private static Bilingual sentence(Cited term, Bilingual circumstance, boolean added) {
    boolean permitted = term.kind() == Kind.PERMISSION;
    String fr = term.says().fr() + ", " + circumstance.fr();
    String en = term.says().en() + ", " + circumstance.en();
    return added
        ? new Bilingual(
            (permitted
                    ? "Désormais permis seulement ainsi : "
                    : "Désormais interdit seulement ainsi : ")
                + fr,
            (permitted ? "Now permitted only so: " : "Now prohibited only so: ") + en)
        : new Bilingual(
            (permitted
                    ? "N'est plus permis seulement ainsi : "
                    : "N'est plus interdit seulement ainsi : ")
                + fr,
            (permitted ? "No longer permitted only so: " : "No longer prohibited only so: ") + en);
  }

  private static void add(
      List<TermsChange> changes, Kind kind, SortedSet<String> before, SortedSet<String> now) {
    SortedSet<String> either = new TreeSet<>(before);
    either.addAll(now);
    for (String action : either) {
      boolean added = now.contains(action);
      if (added != before.contains(action)) {
        Cited term = Cited.of(kind, action);
        changes.add(new TermsChange(term, null, added, sentence(term, added)));
      }
    }
  }

  private static Bilingual sentence(Cited term, boolean added) {
    Bilingual what = term.says();
    return switch (term.kind()) {
      case PERMISSION, SILENCE ->
          added
              ? new Bilingual("Désormais permis : " + what.fr(), "Now permitted: " + what.en())
              : new Bilingual(
                  "N'est plus permis : " + what.fr(), "No longer permitted: " + what.en());
      case PROHIBITION ->
          added
              ? new Bilingual("Désormais interdit : " + what.fr(), "Now prohibited: " + what.en())
              : new Bilingual(
                  "N'est plus interdit : " + what.fr(), "No longer prohibited: " + what.en());
      case DUTY ->
          added
              ? new Bilingual("Désormais exigé : " + what.fr(), "Now demanded: " + what.en())
              : new Bilingual(
                  "N'est plus exigé : " + what.fr(), "No longer demanded: " + what.en());
    };
  }
}
