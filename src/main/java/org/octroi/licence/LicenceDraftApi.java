package org.octroi.licence;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holders;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Slug;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The drafts of a holder's own licences, for its editors. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Licence drafts", description = "Writing a holder's own licence, and publishing it")
class LicenceDraftApi {

  private final BeginLicence begin;
  private final BeginNextVersion next;
  private final ReviseDraft revise;
  private final DiscardDraft discard;
  private final PublishDraft publish;
  private final WorkingDrafts drafts;
  private final Licences licences;
  private final Territories territories;
  private final Holders holders;
  private final PublicAddresses addresses;

  LicenceDraftApi(
      BeginLicence begin,
      BeginNextVersion next,
      ReviseDraft revise,
      DiscardDraft discard,
      PublishDraft publish,
      WorkingDrafts drafts,
      Licences licences,
      Territories territories,
      Holders holders,
      PublicAddresses addresses) {
    this.begin = begin;
    this.next = next;
    this.revise = revise;
    this.discard = discard;
    this.publish = publish;
    this.drafts = drafts;
    this.licences = licences;
    this.territories = territories;
    this.holders = holders;
    this.addresses = addresses;
  }

  /**
   * The first draft of a licence.
   *
   * @param slug the licence's name after its territory's
   * @param holder the slug of the holder whose own it is
   */
  record NewLicence(
      @NotBlank String slug,
      @NotBlank String holder,
      @NotNull @Valid Named name,
      @NotNull @Valid TermsAsk terms,
      @NotNull @Valid Texts text,
      @NotNull String authoritative,
      @Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {

    WorkingDraft.Content content() {
      return new Revision(name, terms, text, authoritative, note).content();
    }
  }

  /**
   * A draft as it is to be.
   *
   * @param text in Markdown, without HTML
   * @param authoritative the language of the text that binds
   * @param note what changes, in words; shown with the version
   */
  record Revision(
      @NotNull @Valid Named name,
      @NotNull @Valid TermsAsk terms,
      @NotNull @Valid Texts text,
      @NotNull String authoritative,
      @Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {

    WorkingDraft.Content content() {
      return new WorkingDraft.Content(
          new Bilingual(name.fr, name.en),
          terms.read(),
          markdown("/text/fr", text.fr),
          markdown("/text/en", text.en),
          Fields.word("/authoritative", authoritative, new String[] {"fr", "en"}, word -> word),
          Optional.ofNullable(note).filter(words -> !words.isBlank()));
    }

    private static Optional<String> markdown(String pointer, @Nullable String text) {
      return Optional.ofNullable(text)
          .filter(words -> !words.isBlank())
          .map(words -> Fields.read(pointer, words, MarkdownText::new).text());
    }
  }

  /** The licence's name in both languages. */
  record Named(
      @NotNull @Size(max = 200) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String fr,
      @NotNull @Size(max = 200) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String en) {}

  /** The text in each language; absent while it is not written. */
  record Texts(@Nullable String fr, @Nullable String en) {}

  /**
   * How a draft is to be published.
   *
   * @param effectiveAt from when on it is the licence's text; now where it is absent
   * @param reacceptance whether those who accepted an older version must accept this one
   * @param grace how long after that moment they may take, 30 days to a year
   * @param acknowledged the rules of the warnings that were read
   */
  record Publication(
      @Nullable Instant effectiveAt,
      @NotNull Boolean reacceptance,
      @Nullable Period grace,
      @Nullable @Size(max = 50) List<@NotNull String> acknowledged) {}

  /**
   * A draft as its holder's staff see it.
   *
   * @param version the number that it will be published under
   * @param findings where its text and its terms disagree
   * @param changes what it changes in the terms of the version before
   */
  record DraftView(
      String licence,
      String territory,
      String holder,
      int version,
      Bilingual name,
      Terms terms,
      Texts text,
      String authoritative,
      @Nullable String note,
      Instant updatedAt,
      List<TextChecks.Finding> findings,
      List<TermsChange> changes) {}

  @PostMapping("/territories/{territory}/licences")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "draftLicence",
      summary = "Begin a holder's own licence",
      description =
          "As a draft, which only the holder's staff and auditors see. The text is Markdown in"
              + " French and English, without HTML, at most 200 KB each; its line ends become line"
              + " feeds. For the holder's editors.")
  ResponseEntity<DraftView> draft(
      @PathVariable String territory, @Valid @RequestBody NewLicence body, Caller caller) {
    Territory in =
        territories
            .find(territory)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, territory));
    return created(
        begin.handle(
            in,
            body.holder(),
            Fields.read("/slug", body.slug(), Slug::new),
            body.content(),
            caller));
  }

  @PostMapping("/licences/{licence}/draft")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "draftLicenceVersion",
      summary = "Begin the next version of a licence",
      description =
          "As a draft that says what the newest version says. A licence has one draft at a time."
              + " For the holder's editors.")
  ResponseEntity<DraftView> draftVersion(@PathVariable String licence, Caller caller) {
    return created(next.handle(licence, caller));
  }

  @GetMapping("/licences/{licence}/draft")
  @Operation(
      operationId = "readLicenceDraft",
      summary = "Read the draft of a licence",
      description =
          "With what disagrees between its text and its terms, and what it changes. For the"
              + " holder's staff and auditors.")
  ResponseEntity<DraftView> read(@PathVariable String licence, Caller caller) {
    return shown(drafts.see(licence, caller));
  }

  @PutMapping("/licences/{licence}/draft")
  @Operation(
      operationId = "reviseLicenceDraft",
      summary = "Write the draft of a licence anew",
      description = "What disagrees is told, and hinders only its publication.")
  ResponseEntity<DraftView> revise(
      @PathVariable String licence,
      @Valid @RequestBody Revision body,
      ExpectedVersion expected,
      Caller caller) {
    return shown(revise.handle(licence, body.content(), expected, caller));
  }

  @DeleteMapping("/licences/{licence}/draft")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "discardLicenceDraft",
      summary = "Throw the draft of a licence away",
      description = "What is published stays.")
  void discard(@PathVariable String licence, ExpectedVersion expected, Caller caller) {
    discard.handle(licence, expected, caller);
  }

  @PostMapping("/licences/{licence}/draft/publish")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "publishLicenceDraft",
      summary = "Publish the draft of a licence as its next version",
      description =
          "Frozen, with the SHA-256 of the text that binds. It needs If-Match. Where it asks those"
              + " who accepted an older version to accept this one, the gate refuses them after"
              + " the grace. A warning must be acknowledged by its rule; `findings` of the problem"
              + " has what hinders.")
  ResponseEntity<LicenceApi.VersionView> publish(
      @PathVariable String licence,
      @Valid @RequestBody Publication body,
      ExpectedVersion expected,
      Caller caller) {
    LicenceVersion version =
        publish.handle(
            licence,
            new PublishDraft.Ask(
                Optional.ofNullable(body.effectiveAt()),
                body.reacceptance(),
                Optional.ofNullable(body.grace()),
                body.acknowledged() == null ? Set.of() : Set.copyOf(body.acknowledged())),
            expected,
            caller);
    return ResponseEntity.created(URI.create(addresses.licenceVersion(licence, version.number())))
        .body(LicenceApi.VersionView.of(version, addresses));
  }

  private ResponseEntity<DraftView> created(WorkingDraft draft) {
    return ResponseEntity.created(
            URI.create(addresses.atDesk("/api/v1/licences/" + draft.name() + "/draft")))
        .eTag(ExpectedVersion.tag(draft.version()))
        .body(view(draft));
  }

  private ResponseEntity<DraftView> shown(WorkingDraft draft) {
    return ResponseEntity.ok().eTag(ExpectedVersion.tag(draft.version())).body(view(draft));
  }

  private DraftView view(WorkingDraft draft) {
    WorkingDraft.Content content = draft.content();
    return new DraftView(
        draft.name(),
        territories.find(draft.territory()).orElseThrow().slug().value(),
        holders.find(draft.territory(), draft.holder()).orElseThrow().slug().value(),
        draft.number(),
        content.title(),
        content.terms(),
        new Texts(content.fr().orElse(null), content.en().orElse(null)),
        content.authoritative(),
        content.note().orElse(null),
        draft.updatedAt(),
        TextChecks.builtIn().findings(content),
        licences
            .version(draft.name(), draft.basedOn())
            .map(before -> TermsChange.between(before.terms(), content.terms()))
            .orElse(List.of()));
  }
}
