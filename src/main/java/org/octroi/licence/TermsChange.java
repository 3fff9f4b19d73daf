package org.octroi.licence;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.octroi.licence.LicenceAnswer.Cited;
import org.octroi.licence.LicenceAnswer.Kind;
import org.octroi.vocabulary.Bilingual;

/**
 * One term that is new in a version of a licence, or gone.
 *
 * @param term the term
 * @param added whether it is new
 * @param says in a sentence
 */
record TermsChange(Cited term, boolean added, Bilingual says) {

  /** All that changed, permissions first. */
  static List<TermsChange> between(Terms before, Terms now) {
    List<TermsChange> changes = new ArrayList<>();
    add(changes, Kind.PERMISSION, before.permissions(), now.permissions());
    add(changes, Kind.PROHIBITION, before.prohibitions(), now.prohibitions());
    add(changes, Kind.DUTY, before.duties(), now.duties());
    return List.copyOf(changes);
  }

  private static void add(
      List<TermsChange> changes, Kind kind, SortedSet<String> before, SortedSet<String> now) {
    SortedSet<String> either = new TreeSet<>(before);
    either.addAll(now);
    for (String action : either) {
      boolean added = now.contains(action);
      if (added != before.contains(action)) {
        Cited term = Cited.of(kind, action);
        changes.add(new TermsChange(term, added, sentence(term, added)));
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
