package org.octroi.agreement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.octroi.identity.RegisteredApplication;
import org.octroi.offer.PublishedOffer;
import org.octroi.offer.Question;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Level;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;

/** Whether an application may ask for an offer, for these purposes. */
final class OfferTerms {

  private OfferTerms() {}

  /**
   * Goes on where it may.
   *
   * @refuses offer-withdrawn when the offer is no longer made
   * @refuses conflict when the offer is open to anybody and needs no agreement, or the application
   *     is suspended
   * @refuses reuser-not-eligible when the offer is for other kinds of reusers
   * @refuses purpose-not-offered when a purpose is neither one of the offer's nor narrower than one
   */
  static void check(
      PublishedOffer offer, RegisteredApplication application, SortedSet<Purpose> purposes) {
    if (offer.withdrawn()) {
      throw RefusedException.of(ProblemType.OFFER_WITHDRAWN);
    }
    if (offer.level() == Level.OPEN) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "the offer is open to anybody and needs no agreement");
    }
    if (!application.active()) {
      throw RefusedException.of(ProblemType.CONFLICT, "the application is suspended");
    }
    if (!offer.reuserKinds().isEmpty() && !offer.reuserKinds().contains(application.reuserKind())) {
      throw RefusedException.of(ProblemType.REUSER_NOT_ELIGIBLE);
    }
    if (!offer.purposes().isEmpty()) {
      SortedSet<Purpose> offered = Purposes.dpv().closure(offer.purposes());
      for (Purpose purpose : purposes) {
        if (!offered.contains(purpose)) {
          throw RefusedException.of(ProblemType.PURPOSE_NOT_OFFERED, purpose.term());
        }
      }
    }
  }

  /**
   * Goes on where what is answered of the offer's form can stand; what is missing may follow until
   * the request is sent.
   *
   * @refuses invalid-field when an answer is not one to its question
   */
  static void checkDraft(PublishedOffer offer, Map<String, Object> answers) {
    refuse(
        offer.form().objections(answers).stream()
            .filter(wrong -> answers.get(wrong.pointer().substring(1)) != null)
            .toList());
  }

  /**
   * Goes on where the offer's form is answered.
   *
   * @param attached the ids of the files that are attached
   * @refuses invalid-field when an answer is missing or is not one to its question
   */
  static void checkWhole(PublishedOffer offer, Map<String, Object> answers, Set<String> attached) {
    List<FieldError> wrong = new ArrayList<>(offer.form().objections(answers));
    for (Question question : offer.form().questions()) {
      Object answer = answers.get(question.id());
      if (question.kind() == Question.Kind.FILE
          && answer instanceof String file
          && !file.isBlank()
          && !attached.contains(file)) {
        wrong.add(new FieldError("/" + question.id(), "must be the id of an attached file"));
      }
    }
    refuse(wrong);
  }

  private static void refuse(List<FieldError> wrong) {
    if (!wrong.isEmpty()) {
      throw new RefusedException(
          Refusal.fields(
              wrong.stream()
                  .distinct()
                  .map(one -> new FieldError("/answers" + one.pointer(), one.detail()))
                  .toList()));
    }
  }
}
