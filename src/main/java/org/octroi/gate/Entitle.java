package org.octroi.gate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.entitlement.Snapshot;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;

/**
 * Step 3: under which agreement. The application's agreement for the dataset in whatever state it
 * is, else the dataset's anonymous offer; whether an agreement serves is for Decide to say, so that
 * each refusal has its own reason, and a revoked one never falls back to what anybody may have.
 *
 * @refuses authentication-required when nobody asks and the dataset has no anonymous offer
 * @refuses agreement-required when the application has no agreement and there is no anonymous offer
 * @refuses malformed-request when the agreement chosen has not the form of a number
 * @refuses agreement-ambiguous when several agreements are in force and none was chosen
 * @refuses application-suspended when the application may not act
 */
final class Entitle {

  static final String AGREEMENT = "octroi-agreement";

  private final PublicAddresses addresses;

  Entitle(PublicAddresses addresses) {
    this.addresses = addresses;
  }

  Step.Outcome agreement(Passage passage) {
    List<String> chosen = passage.request().headers().getAll(AGREEMENT);
    if (chosen.size() > 1) {
      return Step.refused(ProblemType.MALFORMED_REQUEST, "Octroi-Agreement");
    }
    Optional<Snapshot.Application> application = passage.identified().application();
    if (application.isEmpty()) {
      return chosen.isEmpty()
          ? anonymously(passage, Refusal.of(ProblemType.AUTHENTICATION_REQUIRED))
          : refused(passage, Refusal.of(ProblemType.AUTHENTICATION_REQUIRED));
    }
    Step.Outcome found = ofApplication(passage, application.get(), chosen);
    return application.get().active() ? found : Step.refused(ProblemType.APPLICATION_SUSPENDED);
  }

  private Step.Outcome ofApplication(
      Passage passage, Snapshot.Application application, List<String> chosen) {
    List<Snapshot.Agreement> agreements =
        passage.snapshot().agreements(application.id(), passage.routed().dataset().id());
    if (!chosen.isEmpty()) {
      String number = chosen.getFirst();
      return agreements.stream()
          .filter(a -> a.number().value().equals(number))
          .findFirst()
          .map(agreement -> under(passage, agreement))
          .orElseGet(() -> refused(passage, Refusal.of(ProblemType.AGREEMENT_REQUIRED, number)));
    }
    if (agreements.isEmpty()) {
      return anonymously(passage, Refusal.of(ProblemType.AGREEMENT_REQUIRED));
    }
    if (agreements.size() == 1) {
      return under(passage, agreements.getFirst());
    }
    List<Snapshot.Agreement> inForce =
        agreements.stream().filter(a -> a.inForce(passage.began())).toList();
    if (inForce.size() > 1) {
      return new Step.Refused(
          Refusal.of(ProblemType.AGREEMENT_AMBIGUOUS)
              .with("agreements", inForce.stream().map(a -> a.number().value()).toList()));
    }
    return under(passage, inForce.isEmpty() ? agreements.getFirst() : inForce.getFirst());
  }

  private static Step.Outcome under(Passage passage, Snapshot.Agreement agreement) {
    passage.entitled(new Passage.Entitled(Optional.of(agreement), agreement.offer()));
    return Step.GoOn.GO_ON;
  }

  private Step.Outcome anonymously(Passage passage, Refusal otherwise) {
    Optional<Snapshot.Offer> offer = passage.routed().dataset().anonymousOffer();
    if (offer.isEmpty()) {
      return refused(passage, otherwise);
    }
    passage.entitled(new Passage.Entitled(Optional.empty(), offer.get()));
    return Step.GoOn.GO_ON;
  }

  /** A refusal that says which offers would serve, and where to accept them. */
  private Step.Outcome refused(Passage passage, Refusal refusal) {
    List<Map<String, String>> offers =
        passage.routed().dataset().offers().stream()
            .map(
                offer ->
                    Map.of(
                        "offer", offer.slug().value(),
                        "title", offer.title().in(passage.language()),
                        "level", offer.level().word(),
                        "href", addresses.offer(offer.id())))
            .toList();
    return new Step.Refused(refusal.with("offers", offers));
  }
}
