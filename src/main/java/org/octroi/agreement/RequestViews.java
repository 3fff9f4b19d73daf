package org.octroi.agreement;

import java.time.Clock;
import java.time.Instant;
import java.time.Period;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.offer.TierView;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Requests as their readers see them; several are read with as many queries as one. */
@Component
class RequestViews {

  private final AccessRequests requests;
  private final Proposals proposals;
  private final Agreements agreements;
  private final Applications applications;
  private final Datasets datasets;
  private final LegalClock legal;
  private final Clock clock;

  RequestViews(
      AccessRequests requests,
      Proposals proposals,
      Agreements agreements,
      Applications applications,
      Datasets datasets,
      LegalClock legal,
      Clock clock) {
    this.requests = requests;
    this.proposals = proposals;
    this.agreements = agreements;
    this.applications = applications;
    this.datasets = datasets;
    this.legal = legal;
    this.clock = clock;
  }

  /**
   * A request as its reader sees it.
   *
   * @param answers to the questions of the offer's form, by the question's id
   * @param waitingSince since when it is the applicant's turn
   * @param dueAt the first moment that is too late for an answer; while information is awaited the
   *     clock stands still, and it moves on by as many days
   * @param legalBasis the article that the term comes from
   * @param extended for how much longer the holder takes, and why
   * @param overdue what silence means, where the term is over without an answer
   * @param proposal the narrower terms that were approved
   * @param redress what can be done about a refusal
   * @param agreement the agreement that came of it
   * @param renews the agreement that it is to follow on
   */
  record RequestView(
      String id,
      String territory,
      String holder,
      String offer,
      String application,
      ReuserView reuser,
      List<String> purposes,
      String reuse,
      Map<String, Object> answers,
      String state,
      @Nullable String assignee,
      Instant createdAt,
      @Nullable Instant submittedAt,
      @Nullable Instant waitingSince,
      @Nullable Instant dueAt,
      @Nullable String legalBasis,
      @Nullable ExtensionView extended,
      @Nullable String overdue,
      @Nullable Instant closedAt,
      List<DecisionView> decisions,
      @Nullable ProposalView proposal,
      @Nullable String redress,
      @Nullable String agreement,
      @Nullable String renews) {}

  /** Who asks. */
  record ReuserView(String kind, String id, String name, String reuserKind) {

    static ReuserView of(RegisteredApplication application) {
      return new ReuserView(
          application.owner().kind(),
          application.owner().id(),
          application.ownerName(),
          application.reuserKind().word());
    }
  }

  /** More time: an ISO 8601 period, and the ground. */
  record ExtensionView(String by, String ground) {}

  /** What a reviewer decided. */
  record DecisionView(
      String reviewer,
      String verdict,
      @Nullable String ground,
      @Nullable String note,
      Instant decidedAt) {}

  /**
   * Narrower terms.
   *
   * @param sha256 of these terms: what is accepted
   */
  record ProposalView(
      String sha256,
      List<String> purposes,
      @Nullable String validity,
      TierView tier,
      Instant proposedAt) {}

  /** One request, with its entity tag. */
  ResponseEntity<RequestView> tagged(AccessRequest request, Locale reader) {
    return ResponseEntity.ok()
        .eTag(ExpectedVersion.tag(request.version()))
        .body(one(request, reader));
  }

  RequestView one(AccessRequest request, Locale reader) {
    return views(List.of(request), reader).getFirst();
  }

  Page<RequestView> page(Page<AccessRequest> page, Locale reader) {
    return new Page<>(views(page.items(), reader), page.next());
  }

  private List<RequestView> views(Collection<AccessRequest> some, Locale reader) {
    Map<ApplicationId, RegisteredApplication> of =
        applications.find(some.stream().map(AccessRequest::application).toList());
    Map<AccessRequestId, List<AccessRequests.Decision>> decided = requests.decisions(some);
    Map<AccessRequestId, Proposals.Proposal> proposed = proposals.of(some);
    Map<AccessRequestId, AgreementId> minted = agreements.of(some);
    Map<DatasetId, Dataset> covered = covered(some, proposed);
    return some.stream()
        .map(
            request ->
                view(
                    request,
                    Objects.requireNonNull(of.get(request.application())),
                    decided.getOrDefault(request.id(), List.of()),
                    Optional.ofNullable(proposed.get(request.id()))
                        .map(proposal -> view(proposal, covered)),
                    Optional.ofNullable(minted.get(request.id())),
                    reader))
        .toList();
  }

  private RequestView view(
      AccessRequest request,
      RegisteredApplication application,
      List<AccessRequests.Decision> decisions,
      Optional<ProposalView> proposal,
      Optional<AgreementId> agreement,
      Locale reader) {
    Optional<AccessRequest.Deadline> deadline = request.deadline();
    Optional<LegalClock.Basis> basis = deadline.map(found -> legal.basis(found.basis()));
    boolean overdue =
        RequestState.RUNNING.contains(request.state())
            && deadline.filter(found -> !clock.instant().isBefore(found.dueAt())).isPresent();
    return new RequestView(
        request.id().toString(),
        request.territory().toString(),
        request.holder().toString(),
        request.offer().toString(),
        request.application().toString(),
        ReuserView.of(application),
        request.purposes().stream().map(Purpose::term).toList(),
        request.reuse(),
        request.answers(),
        request.state().word(),
        request.assignee().map(PersonId::toString).orElse(null),
        request.createdAt(),
        request.acceptance().map(Acceptance::at).orElse(null),
        request.waitingSince().orElse(null),
        deadline.map(AccessRequest.Deadline::dueAt).orElse(null),
        basis.map(found -> found.article().in(reader)).orElse(null),
        deadline
            .flatMap(
                found ->
                    found
                        .extension()
                        .map(
                            by ->
                                new ExtensionView(
                                    by.toString(), found.extensionGround().orElse(""))))
            .orElse(null),
        overdue ? basis.map(found -> found.silence().in(reader)).orElse(null) : null,
        request.closedAt().orElse(null),
        decisions.stream().map(RequestViews::view).toList(),
        proposal.orElse(null),
        request.state() == RequestState.REFUSED
            ? basis.map(found -> found.redress().in(reader)).orElse(null)
            : null,
        agreement.map(AgreementId::toString).orElse(null),
        request.renews().map(AgreementId::toString).orElse(null));
  }

  private static DecisionView view(AccessRequests.Decision decision) {
    return new DecisionView(
        decision.reviewer().toString(),
        decision.verdict(),
        decision.ground().orElse(null),
        decision.note().orElse(null),
        decision.at());
  }

  /** The datasets of all proposals: a query for each territory that has some. */
  private Map<DatasetId, Dataset> covered(
      Collection<AccessRequest> some, Map<AccessRequestId, Proposals.Proposal> proposed) {
    Map<TerritoryId, Set<DatasetId>> wanted = new HashMap<>();
    for (AccessRequest request : some) {
      Proposals.Proposal proposal = proposed.get(request.id());
      if (proposal != null) {
        wanted
            .computeIfAbsent(request.territory(), territory -> new HashSet<>())
            .addAll(proposal.tier().obligations().keySet());
      }
    }
    Map<DatasetId, Dataset> found = new HashMap<>();
    wanted.forEach(
        (territory, ids) ->
            datasets.find(territory, ids).forEach(dataset -> found.put(dataset.id(), dataset)));
    return found;
  }

  private static ProposalView view(Proposals.Proposal proposal, Map<DatasetId, Dataset> covered) {
    return new ProposalView(
        proposal.sha256(),
        proposal.purposes().stream().map(Purpose::term).toList(),
        proposal.validity().map(Period::toString).orElse(null),
        TierView.of(
            proposal.tier(),
            proposal.tier().obligations().keySet().stream()
                .map(covered::get)
                .filter(Objects::nonNull)
                .toList()),
        proposal.at());
  }
}
