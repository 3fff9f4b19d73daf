package org.octroi.offer;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.offer.OfferFindings.GivenGround;
import org.octroi.offer.OfferViews.OfferView;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Page;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What a holder's editors do with its offers, and what only its holder sees of them. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Offers")
class OfferEditingApi {

  private final AddOffer add;
  private final ChangeOffer change;
  private final WithdrawOffer withdraw;
  private final CheckOffer check;
  private final EditedOffers edited;
  private final OfferFindings findings;
  private final PublicationGuard guard;
  private final OfferViews views;

  OfferEditingApi(
      AddOffer add,
      ChangeOffer change,
      WithdrawOffer withdraw,
      CheckOffer check,
      EditedOffers edited,
      OfferFindings findings,
      PublicationGuard guard,
      OfferViews views) {
    this.add = add;
    this.change = change;
    this.withdraw = withdraw;
    this.check = check;
    this.edited = edited;
    this.findings = findings;
    this.guard = guard;
    this.views = views;
  }

  /**
   * What would stand against an offer.
   *
   * @param errors members that are wrong; while there are any, the law is not asked
   */
  record CheckView(List<FieldError> errors, List<FindingView> findings) {}

  /**
   * A finding on a published offer.
   *
   * @param ground why it was published so, of a warning
   * @param by who gave the ground
   * @param request the request whose refusal raised the finding, of one that was raised later
   */
  record KeptFindingView(
      FindingView finding,
      Instant at,
      @Nullable String ground,
      @Nullable AuthorView by,
      @Nullable String request) {}

  /** Who gave a ground: a person, or a part of the house for a charter. */
  record AuthorView(String kind, String id) {}

  @PostMapping("/territories/{territory}/offers")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "publishOffer",
      summary = "Publish an offer",
      description =
          "The first version of it, for editors of its holder. What the law forbids is refused"
              + " (offer-unlawful); what it warns of needs a ground for each rule in `grounds`"
              + " (ground-needed), which anybody may read.")
  ResponseEntity<OfferView> publish(
      @PathVariable String territory, @RequestBody OfferBody body, Caller caller) {
    OfferView view = views.view(add.handle(territory, body, caller));
    return ResponseEntity.created(URI.create("/api/v1/offers/" + view.id()))
        .eTag(OfferApi.tag(view))
        .body(view);
  }

  @PostMapping("/territories/{territory}/offers/check")
  @Operation(
      operationId = "checkOffer",
      summary = "Check an offer without publishing it",
      description =
          "Which members are wrong and, where none is, what the law has against it. A lawyer's"
              + " review of the rules is pending, as `reviewed` says.")
  CheckView check(@PathVariable String territory, @RequestBody OfferBody body, Caller caller) {
    CheckOffer.Checked checked = check.handle(territory, body, caller);
    return new CheckView(checked.errors(), FindingView.of(checked.findings()));
  }

  @PostMapping("/offers/{id}/versions")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "publishOfferVersion",
      summary = "Publish the next version of an offer",
      description =
          "From the id of any version, with the tag of the newest one in `If-Match`. Agreements"
              + " keep the version that they were made under.")
  ResponseEntity<OfferView> publishVersion(
      @PathVariable OfferId id,
      @RequestBody OfferBody body,
      ExpectedVersion expected,
      Caller caller) {
    OfferView view = views.view(change.handle(id, body, expected, caller));
    return ResponseEntity.created(URI.create("/api/v1/offers/" + view.id()))
        .eTag(OfferApi.tag(view))
        .body(view);
  }

  @PostMapping("/offers/{id}/withdraw")
  @Operation(
      operationId = "withdrawOffer",
      summary = "Withdraw an offer",
      description = "It can be asked for no longer; agreements made under it go on.")
  ResponseEntity<OfferView> withdraw(
      @PathVariable OfferId id, ExpectedVersion expected, Caller caller) {
    OfferView view = views.view(withdraw.handle(id, expected, caller));
    return ResponseEntity.ok().eTag(OfferApi.tag(view)).body(view);
  }

  @GetMapping("/offers/{id}/findings")
  @Operation(
      operationId = "listOfferFindings",
      summary = "List the findings on an offer",
      description =
          "For its holder's editors and reviewers, and for who audits the territory: the warnings"
              + " that this version was published against, with who wrote the grounds, and what was"
              + " raised since.")
  Page<KeptFindingView> findings(@PathVariable OfferId id, Caller caller) {
    PublishedOffer offer = edited.seenByHolder(id, caller);
    List<KeptFindingView> items = new ArrayList<>();
    for (OfferFindings.Raised raised :
        findings.raised(offer.territory(), offer.holder(), offer.id())) {
      guard
          .asOf(raised.rule(), raised.at().atZone(offer.zone()).toLocalDate())
          .ifPresent(
              finding ->
                  items.add(
                      new KeptFindingView(
                          FindingView.of(finding), raised.at(), null, null, raised.request())));
    }
    for (GivenGround ground :
        findings.grounds(offer.territory(), List.of(offer.id())).getOrDefault(id, List.of())) {
      guard
          .asOf(ground.rule(), ground.at().atZone(offer.zone()).toLocalDate())
          .ifPresent(
              finding ->
                  items.add(
                      new KeptFindingView(
                          FindingView.of(finding),
                          ground.at(),
                          ground.text(),
                          new AuthorView(ground.actorKind(), ground.actor()),
                          null)));
    }
    return new Page<>(items, Optional.empty());
  }
}
